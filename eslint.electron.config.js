/**
 * What must not be written in Electron's processes, by number of its security checklist
 * (https://www.electronjs.org/docs/latest/tutorial/security). test/unit/electron-rules.test.ts tries each.
 */
const off = (item, names) => ({
  selector: `Property[key.name=/^(?:${names})/]:not([value.value=false])`,
  message: `Electron's checklist ${item}: this stays off.`,
});

const on = (item, names) => ({
  selector: `Property[key.name=/^(?:${names})$/]:not([value.value=true])`,
  message: `Electron's checklist ${item}: this stays on.`,
});

const general = [
  off('2', 'nodeIntegration'),
  on('3, 4, 6', 'contextIsolation|sandbox|webSecurity'),
  off('8', 'allowRunningInsecureContent'),
  off('9', 'experimentalFeatures'),
  off('10', 'enableBlinkFeatures'),
  off('11, 12', 'webviewTag|allowpopups'),
  off('18', 'bypassCSP'),
  { selector: 'Literal[value=/no-sandbox/]', message: "Electron's checklist 4: never." },
  {
    selector:
      "Property[key.name='webPreferences']:not([value.type='ObjectExpression']), Property[key.name='webPreferences'] SpreadElement",
    message: 'Preferences are written out: nothing from elsewhere is spread into them.',
  },
  {
    selector: "CallExpression[callee.property.name='loadFile'], Literal[value=/^file:/]",
    message: "Electron's checklist 18: pages come over app://.",
  },
];

const ipc = {
  selector: "ImportSpecifier[imported.name='ipcMain']",
  message: "Electron's checklist 17: messages are taken by onPageMessage of src/main/ipc.ts.",
};
const shell = {
  selector: "ImportSpecifier[imported.name='shell']",
  message: "Electron's checklist 15: documents are opened by openDocument of src/main/documentation.ts.",
};

const block = (name, files, forbidden) => ({
  name: `electron/${name}`,
  files,
  rules: { 'no-restricted-syntax': ['error', ...forbidden] },
});

/** A later block replaces an earlier one. */
export const electronRules = [
  block('general', ['src/main/**/*.ts', 'src/preload/**/*.ts'], [...general, ipc, shell]),
  block('ipc', ['src/main/ipc.ts'], [...general, shell]),
  block('shell', ['src/main/documentation.ts'], [...general, ipc]),
];
