/** What the studio says of an input that it refuses, by the path of the field in the form. */
import type { AppError } from '../../../shared/errors.ts';

/** @param prefix of the paths: the name of the form's value in the input of the procedure */
export function fieldIssues(
  { issues, path, message }: AppError,
  prefix: string,
): ReadonlyMap<string, string> {
  const told = issues.length === 0 && path !== undefined ? [{ path, message }] : issues;
  const start = `${prefix}.`;
  return new Map(
    told.map((issue) => {
      const own = issue.path.startsWith(start) ? issue.path.slice(start.length) : issue.path;
      // The field is its label: a message need not begin with it.
      const text = issue.message.startsWith(`${own}: `) ? issue.message.slice(own.length + 2) : issue.message;
      return [own, text];
    }),
  );
}
