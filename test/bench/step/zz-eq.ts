import * as tf from '@tensorflow/tfjs-core';
import { useTestBackend } from '../../support/use-backend.ts';
await useTestBackend('wasm');
const a=tf.tensor1d(Array.from({length:40},(_,i)=>i%3)), b=tf.tensor1d(Array.from({length:40},(_,i)=>i%2));
console.log([...tf.equal(a,b).dataSync()].join(''));
console.log([...tf.less(a,b).dataSync()].join(''));
console.log(Array.from({length:40},(_,i)=>+(i%3===i%2)).join(''));
console.log(Array.from({length:40},(_,i)=>+(i%3<i%2)).join(''));
process.exit(0)
