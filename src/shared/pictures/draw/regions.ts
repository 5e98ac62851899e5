/** Regions of a map as a picture needs them: their sizes, a colour for each, a place to write in, their edges. */

/** Labels on a grid, row by row from the lowest y and in each from the lowest x. */
export interface LabelGrid {
  /** Cells along x and along y. */
  readonly across: number;
  readonly up: number;
  readonly cells: readonly number[];
}

export interface Region {
  readonly label: number;
  /** Part of the square. */
  readonly share: number;
  /** Regions that touch have different ones, as far as there are enough. */
  readonly color: number;
  /** The middle of the largest square of cells in it, in cells. */
  readonly anchor: { readonly x: number; readonly y: number };
  /** Half the side of that square, in cells. */
  readonly room: number;
}

/** A rectangle of cells, or an edge between cells: from one corner to the other. */
export interface CellBox {
  readonly label: number;
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly top: number;
}

type Edge = Omit<CellBox, 'label'>;

/** The largest first. @param colors how many there are */
export function regionsOf(grid: LabelGrid, colors: number): Region[] {
  const { across, cells } = grid;
  const rooms = roomIn(grid);
  const found = new Map<number, { count: number; at: number }>();
  cells.forEach((label, at) => {
    const known = found.get(label) ?? { count: 0, at };
    found.set(label, { count: known.count + 1, at: rooms[at]! > rooms[known.at]! ? at : known.at });
  });
  const sorted = [...found].sort(([, a], [, b]) => b.count - a.count);
  const chosen = colorsOf(
    sorted.map(([label]) => label),
    neighbours(grid),
    colors,
  );
  return sorted.map(([label, { count, at }]) => ({
    label,
    share: count / cells.length,
    color: chosen.get(label) ?? 0,
    anchor: { x: (at % across) + 0.5, y: Math.floor(at / across) + 0.5 },
    room: rooms[at]! - 0.5,
  }));
}

/** For each cell the distance, in king's moves, to the next cell of another label or the edge of the map. */
function roomIn({ across, up, cells }: LabelGrid): Float64Array {
  const rooms = new Float64Array(cells.length);
  const least = (at: number, steps: readonly (readonly [number, number])[]) => {
    const [x, y] = [at % across, Math.floor(at / across)];
    let room = rooms[at]! === 0 ? Infinity : rooms[at]!;
    for (const [dx, dy] of steps) {
      const [nx, ny] = [x + dx, y + dy];
      const inside = nx >= 0 && nx < across && ny >= 0 && ny < up;
      const next = ny * across + nx;
      room = Math.min(room, inside && cells[next] === cells[at] ? rooms[next]! + 1 : 1);
    }
    rooms[at] = room;
  };
  // Two sweeps see all eight neighbours (Rosenfeld and Pfaltz, "Sequential operations in digital picture processing", 1966).
  const before = [
    [-1, 0],
    [-1, -1],
    [0, -1],
    [1, -1],
  ] as const;
  const after = [
    [1, 0],
    [1, 1],
    [0, 1],
    [-1, 1],
  ] as const;
  for (let at = 0; at < cells.length; at++) least(at, before);
  for (let at = cells.length - 1; at >= 0; at--) least(at, after);
  return rooms;
}

function neighbours({ across, cells }: LabelGrid): ReadonlyMap<number, ReadonlySet<number>> {
  const touching = new Map<number, Set<number>>();
  const touch = (a: number, b: number | undefined) => {
    if (b === undefined || a === b) return;
    touching.set(a, (touching.get(a) ?? new Set()).add(b));
    touching.set(b, (touching.get(b) ?? new Set()).add(a));
  };
  cells.forEach((label, at) => {
    if (at % across < across - 1) touch(label, cells[at + 1]);
    touch(label, cells[at + across]);
  });
  return touching;
}

/** One after the other, each the first colour that no neighbour has; where all are taken, they come again. */
function colorsOf(
  labels: readonly number[],
  touching: ReadonlyMap<number, ReadonlySet<number>>,
  colors: number,
): ReadonlyMap<number, number> {
  const chosen = new Map<number, number>();
  labels.forEach((label, position) => {
    const taken = new Set([...(touching.get(label) ?? [])].map((other) => chosen.get(other)));
    const free = Array.from({ length: colors }, (_, i) => i).find((color) => !taken.has(color));
    chosen.set(label, free ?? position % colors);
  });
  return chosen;
}

/** Rectangles that cover the map, each of one label: runs of a row, and equal runs above each other as one. */
export function boxesOf({ across, up, cells }: LabelGrid): CellBox[] {
  const done: CellBox[] = [];
  let open = new Map<string, CellBox>();
  for (let y = 0; y < up; y++) {
    const next = new Map<string, CellBox>();
    for (let x = 0; x < across;) {
      const label = cells[y * across + x]!;
      let right = x + 1;
      while (right < across && cells[y * across + right] === label) right++;
      const key = `${x} ${right} ${label}`;
      next.set(key, { ...(open.get(key) ?? { label, x, right, y }), top: y + 1 });
      open.delete(key);
      x = right;
    }
    done.push(...open.values());
    open = next;
  }
  return [...done, ...open.values()];
}

/** Where two labels meet, as upright and level lines as long as can be. */
export function edgesOf({ across, up, cells }: LabelGrid): Edge[] {
  const edges: Edge[] = [];
  const along = (
    lines: number,
    length: number,
    differs: (line: number, at: number) => boolean,
    edge: (line: number, from: number, to: number) => Edge,
  ) => {
    for (let line = 1; line < lines; line++) {
      for (let from = 0; from < length; from++) {
        if (!differs(line, from)) continue;
        let to = from + 1;
        while (to < length && differs(line, to)) to++;
        edges.push(edge(line, from, to));
        from = to;
      }
    }
  };
  along(
    across,
    up,
    (x, y) => cells[y * across + x] !== cells[y * across + x - 1],
    (x, from, to) => ({ x, right: x, y: from, top: to }),
  );
  along(
    up,
    across,
    (y, x) => cells[y * across + x] !== cells[(y - 1) * across + x],
    (y, from, to) => ({ x: from, right: to, y, top: y }),
  );
  return edges;
}
