import type { Studio } from '../studio.ts';
import { implementation } from './implement.ts';

export function operationHandlers({ operations: own }: Studio) {
  const { operations } = implementation;
  return {
    list: operations.list.handler(() => own.list),
    cancel: operations.cancel.handler(({ input: { id } }) => {
      own.cancel(id);
      return {};
    }),
    dismiss: operations.dismiss.handler(({ input: { id } }) => {
      own.dismiss(id);
      return {};
    }),
    resume: operations.resume.handler(({ input: { id } }) => {
      own.resume(id);
      return {};
    }),
  };
}
