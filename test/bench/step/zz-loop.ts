import { useTestBackend } from '../../support/use-backend.ts';
import { createStep } from './straight-through-step.ts';
await useTestBackend('wasm');
const s = createStep(1);
for (let i = 0; i < 2000; i++) s.run().dispose();
process.exit(0);
