/** The part of jStat that the studio uses; it comes without types. */
declare module 'jstat' {
  const jStat: {
    readonly noncentralt: {
      /** @param dof degrees of freedom @param ncp noncentrality */
      cdf(x: number, dof: number, ncp: number): number;
    };
  };
  export default jStat;
}
