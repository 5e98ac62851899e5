/** Every component is in runes mode: no implicit reactivity. */
export default { compilerOptions: { runes: true } };
