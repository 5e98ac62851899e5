/** Cells of a table as text for the clipboard: tabs between cells, a line a row, numbers with all their digits. */
export function copiedText(
  table: HTMLTableElement,
  isWanted: (cell: HTMLTableCellElement) => boolean,
): string {
  return [...table.rows]
    .map((row) =>
      [...row.cells].filter(isWanted).map((cell) => cell.dataset['exact'] ?? cell.innerText.trim()),
    )
    .filter((cells) => cells.length > 0)
    .map((cells) => cells.join('\t'))
    .join('\n');
}
