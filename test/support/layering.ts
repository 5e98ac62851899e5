/** The rules of layers.config.ts for dependency-cruiser, and what it finds with them. */
import { cruise, type IForbiddenRuleType } from 'dependency-cruiser';
import { layers, reservations, type Floor } from '../../layers.config.ts';

const TEST = '\\.test\\.ts$';

/** Resolved (node_modules/x/...) or not (x, where an optional package is not installed), types included. */
function packagePattern(names: readonly string[]): string {
  const alternatives = names.map((name) => (name.endsWith('/') ? name : `${name}(?:/|$)`));
  return `(?:^|node_modules/)(?:@types/)?(?:${alternatives.join('|')})`;
}

/** A folder or one module below src/. */
function sourcePattern(place: string): string {
  return place.endsWith('.ts') ? `^src/${place}$` : `^src/${place}/`;
}

function layerRules(): IForbiddenRuleType[] {
  return layers.flatMap(({ folder, imports, packages, node, remedy }) => {
    const from = { path: sourcePattern(folder), pathNot: TEST };
    const rule = (what: string, to: object): IForbiddenRuleType => ({
      name: `${folder}-${what}`,
      severity: 'error',
      comment: remedy,
      from,
      to,
    });
    const rules = [rule('layer', { path: '^src/', pathNot: [folder, ...imports].map(sourcePattern) })];
    if (!node) rules.push(rule('node', { dependencyTypes: ['core'] }));
    if (packages !== undefined) {
      // What starts with a dot is a module of ours that does not exist: the compiler says so.
      const known = ['^src/', '^\\.', packagePattern(packages)];
      rules.push(rule('packages', { pathNot: known, dependencyTypesNot: ['core'] }));
    }
    return rules;
  });
}

/** A place on a floor of a layer. */
function placePattern(folder: string, place: string, floors: readonly Floor[]): string {
  if (place !== '*.ts') return sourcePattern(`${folder}/${place}`);
  const named = floors.flatMap(({ places }) => places).filter((other) => /^[^*].*\.ts$/.test(other));
  return `^src/${folder}/(?!(?:${named.join('|')})$)[^/]+\\.ts$`;
}

/** What stands on a floor sees its own place and the floors below, but for strangers. */
function floorRules(): IForbiddenRuleType[] {
  return layers.flatMap(({ folder, floors = [] }) => {
    return floors.flatMap(({ places, strangers = [], remedy }, level) => {
      const below = floors.slice(0, level).flatMap((floor) => floor.places);
      return places.map((place): IForbiddenRuleType => {
        const known = [place, ...below.filter((other) => !strangers.includes(other))];
        return {
          name: `${folder}-floor-${place}`,
          severity: 'error',
          comment: remedy,
          from: { path: placePattern(folder, place, floors), pathNot: TEST },
          to: { path: `^src/${folder}/`, pathNot: known.map((other) => placePattern(folder, other, floors)) },
        };
      });
    });
  });
}

function reservationRules(): IForbiddenRuleType[] {
  return reservations.map(({ packages, folders }) => ({
    name: `reserved-${packages.join('-').replace('/', '')}`,
    severity: 'error',
    comment: `only ${folders.map((folder) => `src/${folder}`).join(' and ')} may import this package.`,
    from: { path: '^src/', pathNot: [TEST, ...folders.map(sourcePattern)] },
    to: { path: packagePattern(packages) },
  }));
}

const rules: IForbiddenRuleType[] = [
  ...layerRules(),
  ...floorRules(),
  ...reservationRules(),
  {
    name: 'no-test-code',
    severity: 'error',
    comment: 'what runs for the user imports nothing of the tests.',
    from: { path: '^(src|bin)/', pathNot: TEST },
    to: { path: ['^test/', TEST] },
  },
  {
    name: 'no-cycle',
    severity: 'error',
    comment: 'move what both need into a module of its own.',
    from: {},
    to: { circular: true },
  },
];

/** Every forbidden import below `root`, as `from -> to: rule; remedy`, sorted. Type-only and dynamic imports count. */
export async function forbiddenArrows(root: string, folders: readonly string[]): Promise<readonly string[]> {
  const { output } = await cruise([...folders], {
    baseDir: root,
    ruleSet: { forbidden: rules },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  });
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered with text: ${output}`);
  return (
    output.summary.violations
      // A recursive component of Svelte imports itself: no cycle between modules.
      .filter(({ from, to }) => from !== to)
      .map(({ from, to, rule, cycle }) => {
        const way = cycle === undefined ? to : cycle.map(({ name }) => name).join(' -> ');
        const remedy = rules.find(({ name }) => name === rule.name)?.comment ?? '';
        return `${from} -> ${way}: ${rule.name}; ${remedy}`;
      })
      .sort()
  );
}
