import type { Figure } from './figure.js';
import type { Column, Figures } from './figures.js';
import type { Machine } from './machine.js';
import { WORKS } from './works.js';

const HEADS: Readonly<Record<Column, string>> = { server: 'PostgreSQL', embedded: 'embedded', alone: 'the graph alone' };

/** The figures as Markdown. */
export function printTable(figures: Figures, machine: Machine, loadBefore: number): string {
  const columns = (['server', 'embedded', 'alone'] as const).filter((column) => figures[column]);
  const rows = Object.values(WORKS).map((work) => [
    work,
    ...columns.map((column) => print(figures[column]?.find((one) => one.work === work))),
  ]);
  const lines = align([['work', ...columns.map((column) => HEADS[column])], ...rows]);
  const facts = `${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB, Node ${machine.node}`;
  return `\n${lines.join('\n')}\n\n${facts}${machine.postgres === null ? '' : `, PostgreSQL ${machine.postgres}`}; load average before ${loadBefore}\n`;
}

function print(figure: Figure | undefined): string {
  if (!figure) return '–';
  const value = figure.value.toLocaleString('en', { maximumFractionDigits: figure.unit === 'ms' && figure.value < 100 ? 1 : 0 });
  return figure.unit === 'ms' ? `${value} ms` : `${value}/s`;
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head = [], ...body] = rows.map(line);
  return [String(head), rule, ...body.map(String)];
}
