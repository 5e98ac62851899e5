/** The parts into which data are divided; every item of them is in exactly one. */
export type Split = 'train' | 'validation' | 'test';
