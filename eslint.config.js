import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';
import { electronRules } from './eslint.electron.config.js';
import { layers, reservations } from './layers.config.ts';

/** Relative paths that reach another folder of src/ than those given. */
function foreignFolders(allowed) {
  const places = allowed.map((place) => (place.endsWith('.ts') ? `${place}$` : `${place}/`));
  const others = layers.map(({ folder }) => folder).filter((folder) => !allowed.includes(folder));
  return `^(?:\\.\\./)+(?!${places.join('|')})(?:${others.join('|')})/`;
}

/** Package names, with what they export below. */
function packageNames(names) {
  return names.map((name) => (name.endsWith('/') ? name : `${name}(?:/|$)`)).join('|');
}

/** Relative paths from a place on a floor to places of its layer that it may not know. */
function foreignPlaces(place, floors) {
  const level = floors.findIndex(({ places }) => places.includes(place));
  if (level === -1) return [];
  const { strangers = [], remedy } = floors[level];
  const below = floors.slice(0, level).flatMap(({ places }) => places);
  const known = [place, ...below.filter((other) => !strangers.includes(other))];
  const foreign = floors
    .flatMap(({ places }) => places)
    .filter((other) => !known.includes(other) && other !== '*.ts')
    .map((other) => (other.endsWith('.ts') ? `${other}$` : `${other}/`));
  if (foreign.length === 0) return [];
  const start = place.endsWith('.ts') ? '\\./' : '(?:\\.\\./)+';
  return [{ regex: `^${start}(?:${foreign.join('|')})`, message: `Not from ${place}: ${remedy}` }];
}

/** Patterns of no-restricted-imports for one place below src/: a layer, or a folder or module inside it. */
function forbiddenImports(place, { folder, imports, packages, node, remedy, floors = [] }) {
  const patterns = [
    { regex: foreignFolders([folder, ...imports]), message: `Not from src/${folder}: ${remedy}` },
    { regex: '^(?:\\.\\./)+test/', message: 'What runs for the user imports nothing of the tests.' },
  ];
  const [, inner = '*.ts'] = place.split('/');
  patterns.push(...foreignPlaces(inner, floors));
  if (!node) patterns.push({ regex: '^node:', message: `Not from src/${folder}: ${remedy}` });
  if (packages !== undefined) {
    const message = `src/${folder} may import only ${packages.join(', ')}: ${remedy}`;
    patterns.push({ regex: `^(?!\\.|node:|${packageNames(packages)})`, message });
  }
  for (const reservation of reservations) {
    if (reservation.folders.some((allowed) => `${place}/`.startsWith(`${allowed}/`))) continue;
    const folders = reservation.folders.map((allowed) => `src/${allowed}`).join(' and ');
    patterns.push({
      regex: `^(?:${packageNames(reservation.packages)})`,
      message: `Only ${folders} may import this.`,
    });
  }
  return patterns;
}

/** A layer, then its places with rules of their own, outer ones first: a later block replaces an earlier one. */
const boundaries = layers.flatMap((layer) => {
  const reserved = reservations.flatMap(({ folders }) => folders);
  const floored = (layer.floors ?? []).flatMap(({ places }) => places.map((p) => `${layer.folder}/${p}`));
  const inner = [...floored, ...reserved].filter(
    (place) => place.startsWith(`${layer.folder}/`) && !place.endsWith('*.ts'),
  );
  return [layer.folder, ...new Set(inner)].map((place) => ({
    name: `boundaries/${place}`,
    files: [place.endsWith('.ts') ? `src/${place}` : `src/${place}/**/*.{ts,svelte}`],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: forbiddenImports(place, layer) }] },
  }));
});

const KEYED = 'Random numbers come from a key: see src/engine/random/key.ts.';
const UNKEYED =
  /^(?:rand|randomUniform|randomUniformInt|randomNormal|randomStandardNormal|randomGamma|truncatedNormal|multinomial|dropout)$/;

export default defineConfig(
  {
    ignores: [
      'build/',
      'dist/',
      'out/',
      'coverage/',
      'test-results/',
      'gumbel-demo/',
      'dev-data/',
      'test/golden/',
    ],
  },
  {
    files: ['**/*.{js,ts,svelte}'],
    extends: [tseslint.configs.strictTypeChecked],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Loops over typed arrays index within bounds that noUncheckedIndexedAccess cannot see.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // There are no enums; looking for them takes an eighth of the time.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // Interfaces of closures are written with methods, which this rule takes for methods of classes.
      '@typescript-eslint/unbound-method': 'off',
      // Backends of TensorFlow.js are known by their interface, not by their class.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
    },
  },
  {
    name: 'keyed-random-numbers',
    files: ['src/engine/**/*.ts', 'src/trainer/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: KEYED },
        { object: 'crypto', property: 'getRandomValues', message: KEYED },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: `MemberExpression[object.name='tf'][property.name=${UNKEYED}]`, message: KEYED },
        { selector: `ImportSpecifier[imported.name=${UNKEYED}]`, message: KEYED },
      ],
    },
  },
  ...svelte.configs['flat/recommended'],
  ...svelte.configs['flat/prettier'],
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      // Addresses are hashes made by app/router.svelte.ts; there is no SvelteKit.
      'svelte/no-navigation-without-resolve': 'off',
      // State is replaced as a whole ($state.raw): collections that are built and then frozen need no signals.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/button-has-type': 'error',
      'svelte/no-at-html-tags': 'error',
      'svelte/no-target-blank': 'error',
      'svelte/require-each-key': 'error',
    },
  },
  {
    files: ['**/*.svelte'],
    rules: {
      // ESLint sees every component as `any`, svelte-check (npm run check) sees its types.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  ...boundaries,
  ...electronRules,
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['src/cli/**/*.ts', 'test/{bench,stress}/**/*.ts', 'bin/**/*.js', 'resources/**/*.{js,ts}'],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.d.ts'], rules: { '@typescript-eslint/no-extraneous-class': 'off' } },
  // In TypeScript's files, rules that need types are oxlint's (.oxlintrc.json), which takes an eighth of the time. It does not
  // read Svelte's files: there they are ESLint's, as above. test/unit/lint-rules.test.ts keeps the two lists the same.
  { files: ['**/*.{js,ts}'], extends: [tseslint.configs.disableTypeChecked] },
);
