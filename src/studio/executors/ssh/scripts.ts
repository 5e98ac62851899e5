/**
 * What the shells of hosts are told, in POSIX sh with the tools of any Unix. The folder of a submission on a host has `specs` and `tasks` as
 * everywhere, and besides:
 *
 *     worker.sh     trains the tasks in `list`, one number per line, in their order
 *     worker        who does: a process, known again by `identity`
 *     start/<n>/    made by whoever decides about the task, which only one can: it begins, or it is cancelled
 *       pid         its process, likewise
 *       code        its exit code, or `cancelled`
 *
 * Beside the folder lies `places-<machine>`, which has a file for each task that runs there, whatever its submission.
 */
import { CHECKPOINT_FILE } from '../../../shared/checkpoint.ts';
import { shellWord } from '../../../shared/shell-word.ts';
import { taskFiles } from '../../../shared/task.ts';

/** A process is itself only on its machine, until that starts again, and since it began: clocks of two machines are never compared. */
const identities = `
machine=$(uname -n)
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
identity() {
  if [ -r /proc/self/stat ]; then
    s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    set -- \${s##*) }
    [ "$1" != Z ] && echo "$machine $boot \${20}"
  else
    s=$(LC_ALL=C ps -o lstart= -p "$1" 2>/dev/null) || return 1
    [ -n "$s" ] && echo "$machine $s"
  fi
}
note() {
  { echo "$1"; identity "$1"; } >"$2.new" && mv "$2.new" "$2"
}
alive() {
  [ -f "$1" ] || return 1
  { read -r pid; read -r id; } <"$1"
  [ "$(identity "$pid")" = "$id" ]
}
`;

const detached = `
detach=nohup
command -v setsid >/dev/null 2>&1 && detach='setsid nohup'
`;

/** How a worker is called: `sh worker.sh <at once> <node> <main.js>`; it calls itself for each task. */
export const workerScript = `${identities}
cd "$(dirname "$0")" || exit 1
if [ "$1" = task ]; then
  note $$ "start/$2/pid"
  [ -z "$3" ] || ln -f "start/$2/pid" "$3"
  exec "$4" "$5" run-one "specs/$2.json" --out "tasks/$2"
fi
at_once=$1 node=$2 main=$3
${detached}
note $$ worker
mkdir -p start "../places-$machine"
# File systems without hard links leave each submission its own count.
rm -f worker.link
ln worker worker.link 2>/dev/null && places=../places-$machine || places=

take() {
  place=
  [ -n "$places" ] || return
  i=0
  while :; do
    place=$places/$i
    ln worker "$place" 2>/dev/null && return
    if alive "$place"; then
      i=$((i + 1))
      [ $i -lt "$at_once" ] || { i=0; sleep 1; }
    else
      rm -f "$place"
    fi
  done
}

lane() {
  while read -r n <&3; do
    [ ! -d "start/$n" ] || continue
    take
    if mkdir "start/$n" 2>/dev/null; then
      $detach sh worker.sh task "$n" "$place" "$node" "$main" </dev/null >>"tasks/$n/${taskFiles.output}" 2>&1 3<&- &
      wait $!
      echo $? >"start/$n/code.new"
      mv "start/$n/code.new" "start/$n/code"
    fi
    [ -z "$place" ] || rm -f "$place"
  done
}

i=0
while [ $i -lt "$at_once" ]; do
  lane 3<list &
  i=$((i + 1))
done
wait
`;

/** Where a submission lies on a host. */
export interface Place {
  /** Relative to the home folder, or absolute. */
  readonly base: string;
  readonly name: string;
}

/** How a worker is started. */
export interface Work {
  readonly atOnce: number;
  /** Relative to the home folder, or absolute. */
  readonly node: string;
  readonly main: string;
}

/** As a word of the shell: below the home folder unless it is absolute. */
export function pathWord(path: string): string {
  if (path.startsWith('/')) return shellWord(path);
  return `"$HOME"/${shellWord(path.replace(/^~\//, ''))}`;
}

function enter({ base, name }: Place): string {
  return `cd ${pathWord(base)} && cd ${shellWord(name)}`;
}

/** @returns by which exit code a script says that the folder is not there */
export const NO_FOLDER = 9;

/** Takes the submission's files as an archive, in which `list` is the last; what is there already stays. */
export function receiveScript({ base, name }: Place): string {
  const word = shellWord(name);
  return `umask 077
mkdir -p ${pathWord(base)} && cd ${pathWord(base)} || exit 1
[ -d ${word} ] && exit 0
new=${word}.new.$$
trap 'rm -rf "$new"' EXIT
mkdir "$new" && tar -xf - -C "$new" && [ -f "$new/list" ] && mv "$new" ${word} && exit 0
echo 'the files did not arrive' >&2
exit 1`;
}

/** Starts the worker of a submission unless it is alive. */
export function workScript(place: Place, { atOnce, node, main }: Work): string {
  return `${identities}${detached}
${enter(place)} || exit ${NO_FOLDER}
alive worker || $detach sh worker.sh ${atOnce} ${pathWord(node)} ${pathWord(main)} </dev/null >>worker.log 2>&1 &`;
}

/** Tasks of one submission on a host. */
export interface Asked {
  readonly place: Place;
  readonly tasks: readonly number[];
}

/**
 * How tasks stand: a line `folder <+ if its worker is alive, - if not, ? if it is not there> <KiB that are free>` for each submission, with a line
 * `<task> <state> <bytes of its messages> <exit code>` for each of its tasks, and `end`.
 */
export function lookScript(asked: readonly Asked[]): string {
  const looks = asked.map(
    ({ place, tasks }) =>
      `if ${enter(place)} 2>/dev/null; then look ${tasks.join(' ')}; else echo 'folder ? 0'; fi`,
  );
  return `${identities}
free() {
  df -Pk . 2>/dev/null | { read -r line; read -r disk size used free rest; echo "$free"; }
}
look() {
  if alive worker; then echo "folder + $(free)"; else echo "folder - $(free)"; fi
  for n in "$@"; do
    at=start/$n
    [ -d "$at" ] || { echo "$n waiting 0 0"; continue; }
    code=0 state=begun
    if [ -f "$at/code" ]; then
      state=over
      read -r code <"$at/code"
    elif alive "$at/pid"; then
      state=running
    elif [ -f "$at/pid" ]; then
      case $id in "$machine "*) state=gone ;; *) state=elsewhere ;; esac
    fi
    size=0
    [ -f "tasks/$n/${taskFiles.messages}" ] && size=$(wc -c <"tasks/$n/${taskFiles.messages}")
    echo "$n $state $((size)) $code"
  done
}
${looks.join('\n')}
echo end`;
}

/** What is wanted of a task's messages: so many bytes at most, from there on. */
export interface WantedMessages {
  readonly task: number;
  readonly from: number;
  readonly most: number;
}

/** Gives a frame for each piece of messages: a line `messages <task> <bytes>`, and so many bytes; then a line `end`. */
export function messagesScript(place: Place, wanted: readonly WantedMessages[]): string {
  return `${enter(place)} || exit ${NO_FOLDER}
give() {
  file=tasks/$1/${taskFiles.messages}
  length=0
  [ -f "$file" ] && length=$(($(wc -c <"$file") - $2))
  [ $length -gt 0 ] || return
  [ $length -lt $3 ] || length=$3
  echo "messages $1 $length"
  tail -c +$(($2 + 1)) "$file" | head -c $length
}
${wanted.map(({ task, from, most }) => `give ${task} ${from} ${most}`).join('\n')}
echo end`;
}

/** Gives what a task leaves beside its messages: for each file a line `file <task> <bytes> <SHA-256> <path>`, and its bytes; then `end`. */
export function filesScript(place: Place, tasks: readonly number[]): string {
  return `${enter(place)} || exit ${NO_FOLDER}
if command -v sha256sum >/dev/null 2>&1; then digest() { sha256sum; }; else digest() { shasum -a 256; }; fi
give() {
  [ -f "$n/$1" ] || return
  set -- "$1" $(digest <"$n/$1")
  echo "file $n $(($(wc -c <"$n/$1"))) $2 $1"
  cat "$n/$1"
}
cd tasks || exit 1
for n in ${tasks.join(' ')}; do
  last=0
  for attempt in "$n"/attempt-*; do
    k=\${attempt##*-}
    case $k in *[!0-9]*) continue ;; esac
    [ "$k" -le $last ] || last=$k
  done
  give "attempt-$last/${CHECKPOINT_FILE}"
  for file in "$n"/*.gsrun; do give "\${file#*/}"; done
  give ${taskFiles.output}
done
echo end`;
}

/** Ends tasks: those that have not begun never do. @param control what those that have are asked, by task, as the file has it */
export function cancelScript(
  place: Place,
  tasks: readonly number[],
  control: ReadonlyMap<number, string>,
  how: 'stop' | 'kill',
): string {
  const each = tasks.map((task) => `end ${task} ${shellWord(control.get(task) ?? '')}`);
  return `${identities}
${enter(place)} || exit 0
mkdir -p start
end() {
  if mkdir "start/$1" 2>/dev/null; then
    echo cancelled >"start/$1/code"
    return
  fi
  [ -z "$2" ] || { printf %s "$2" >"tasks/$1/control.new" && mv "tasks/$1/control.new" "tasks/$1/${taskFiles.control}"; }
  [ ${how} = kill ] && alive "start/$1/pid" || return 0
  kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid"
}
${each.join('\n')}`;
}

/** Asks tasks that are under way for something. */
export function controlScript(place: Place, control: ReadonlyMap<number, string>): string {
  const each = [...control].map(([task, text]) => `ask ${task} ${shellWord(text)}`);
  return `${enter(place)} || exit 0
ask() {
  printf %s "$2" >"tasks/$1/control.new" && mv "tasks/$1/control.new" "tasks/$1/${taskFiles.control}"
}
${each.join('\n')}`;
}

export function wordsScript(place: Place, task: number, most: number): string {
  return `${enter(place)} 2>/dev/null || exit 0
tail -c ${most} tasks/${task}/${taskFiles.output} 2>/dev/null || :`;
}

/** Removes the folder of a submission. Whoever still works in it is ended. */
export function forgetScript(place: Place): string {
  return `${identities}
${enter(place)} 2>/dev/null || exit 0
for file in worker start/*/pid; do
  if alive "$file"; then kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid"; fi
done
cd .. && rm -rf ${shellWord(place.name)}`;
}
