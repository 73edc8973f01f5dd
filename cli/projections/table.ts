import type { ProjectionStatus, SlotStatus } from '../../projections/status.ts';
import { duration, numeral } from '../words.ts';

type Row = readonly [string, ...ReadonlyArray<string>];

const head: Row = ['projection', 'slot', 'role', 'version', 'position', 'lag', 'rate', 'state', 'error'];
/** Columns of numbers, aligned by their last digit. */
const numbers: ReadonlySet<number> = new Set(['version', 'position', 'lag', 'rate'].map((name) => head.indexOf(name)));

const lagOf = ({ lag }: SlotStatus): string => {
  if (lag === undefined) return 'unknown';
  return lag === 0 ? 'none' : duration(lag);
};

const rowOf = (projection: string, slot: SlotStatus): Row => [
  projection,
  slot.slot,
  slot.role,
  String(slot.version),
  slot.position < 0n ? 'none' : String(slot.position),
  lagOf(slot),
  `${numeral(slot.rate)}/s`,
  slot.state,
  slot.error ?? '',
];

/** How projections stand, a line a slot: the live one of each first. */
export const tableOf = (projections: ReadonlyArray<ProjectionStatus>): string => {
  const rows = [
    head,
    ...projections.flatMap(({ name, slots }) => slots.map((slot, index) => rowOf(index === 0 ? name : '', slot))),
  ];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    return numbers.has(column) ? text.padStart(width) : text.padEnd(width);
  };
  return rows.map((row) => `${row.map(cell).join('  ').trimEnd()}\n`).join('');
};
