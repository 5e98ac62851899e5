export { styleAt, type EstimatorStyle } from '../../shared/figures/estimator-style.ts';
