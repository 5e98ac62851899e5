/**
 * The packaged program for Linux, macOS and Windows: `npm run package`, on each of them, for itself (native packages and the
 * Node binary are those of the machine that packages). docs/packaging.md has the rest.
 */
import { APP_ID, NODE_FOLDER } from './src/main/installation.ts';

/** What trainers, the reader of run files and tasks of executors need of the sources: plain Node cannot look into an ASAR archive. */
const nodeSources = [
  ...['src/engine/**', 'src/node/**', 'src/shared/**', 'src/studio/**', 'src/trainer/**'],
  ...['bin/**', 'src/cli/**', 'src/server/**'],
];

export default {
  appId: APP_ID,
  productName: 'Gumbel Studio',
  copyright: 'MIT licence',
  // Nothing is published from a build.
  publish: null,
  directories: { output: 'dist', buildResources: 'build' },
  asar: true,
  files: [
    'package.json',
    'out/**',
    // Trainers in it run from their sources.
    '!out/{programs,compiled}/**',
    ...nodeSources,
    'resources/bidders/**',
    'resources/flows/**',
    'resources/images/**',
    'resources/open-bandit/**',
    'resources/results/**',
    'resources/texts/**',
    'resources/valuations/**',
    '!**/*.test.ts',
    // The Node binary lies beside the archive, once.
    '!node_modules/node/**',
    // Of the typeface of PDFs two weights are used.
    '!node_modules/@expo-google-fonts/inter/{100,200,300,500,700,800,900}*/**',
    '!node_modules/@expo-google-fonts/inter/*_Italic/**',
    '!**/*.{md,map}',
  ],
  // Outside the archive: what child processes read, and native code, which the system's loader has to find.
  asarUnpack: [
    'package.json',
    ...nodeSources,
    'resources/bidders/**',
    'resources/flows/**',
    'resources/images/**',
    'resources/open-bandit/**',
    'resources/results/**',
    'resources/texts/**',
    'resources/valuations/**',
    'node_modules/**',
  ],
  extraResources: [
    { from: 'node_modules/node/bin', to: NODE_FOLDER },
    // Licences, and the bill of materials in the CycloneDX format.
    { from: 'build/THIRD-PARTY-NOTICES.txt', to: 'THIRD-PARTY-NOTICES.txt' },
    { from: 'build/sbom.cdx.json', to: 'sbom.cdx.json' },
  ],
  // Every native package is a Node-API build that fits Electron as it is.
  npmRebuild: false,
  fileAssociations: [
    {
      ext: 'gsrun',
      name: 'Gumbel Studio run',
      description: 'A run of Gumbel Studio',
      mimeType: 'application/vnd.gumbel-studio.run',
      role: 'Viewer',
    },
  ],
  // Electron's own default keeps the trap handlers of WebAssembly on.
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
    enableCookieEncryption: true,
    loadBrowserProcessSpecificV8Snapshot: false,
  },
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Science',
    icon: 'build/icon.png',
    maintainer: 'Gumbel Studio',
  },
  mac: {
    target: ['dmg', 'zip'],
    category: 'public.app-category.developer-tools',
    icon: 'build/icon.png',
    hardenedRuntime: true,
    minimumSystemVersion: '13.0',
  },
  win: { target: ['nsis'], icon: 'build/icon.png' },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
};
