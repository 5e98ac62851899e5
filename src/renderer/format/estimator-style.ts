export { styleAt, styleOf, type EstimatorStyle } from '../../shared/figures/estimator-style.ts';
