import type { OrderReport, ReportedStep } from '../../audit/order/report.ts';
import { format } from '../../domain/money.ts';

type Steps = ReadonlyArray<ReportedStep>;

const whoAndWhen = ({ at, actor, writer, took }: ReportedStep): string => {
  const who = actor === undefined ? writer : `${actor.subject} (${actor.role}) through ${writer}`;
  return `${at}  by ${who}${took === undefined ? '' : `, after ${took} ms`}`;
};

const stateAfter = ({ after: { status, wallet, letter } }: ReportedStep): string => {
  const money = wallet === undefined ? [] : [`wallet holds ${format(wallet.balance, wallet.currency)}`];
  return [`order ${status ?? 'unknown'}`, ...money, `letter ${letter}`].join(', ');
};

const faultsIn = ({ causedBy }: ReportedStep): ReadonlyArray<string> => {
  if (causedBy?.isMissing !== true) return [];
  const { id, stream, revision } = causedBy;
  const place = stream === undefined ? 'somewhere, and nothing says where' : `at ${stream}@${revision}`;
  return [`! expected its cause ${id} ${place}: it is not there`];
};

const detailsOf = (step: ReportedStep): ReadonlyArray<string> => [
  step.meaning,
  `${step.stream}@${step.revision} at position ${step.position}, id ${step.id}`,
  `→ ${stateAfter(step)}`,
  ...faultsIn(step),
];

/** Steps by the id of their cause; those whose cause is not among the steps before them stand at the root. */
const byCause = (steps: Steps): ReadonlyMap<string | undefined, Steps> => {
  const children = new Map<string | undefined, ReportedStep[]>();
  const seen = new Set<string>();
  for (const step of steps) {
    const cause = step.causedBy !== undefined && seen.has(step.causedBy.id) ? step.causedBy.id : undefined;
    children.set(cause, [...(children.get(cause) ?? []), step]);
    seen.add(step.id);
  }
  return children;
};

/** By hand, for there is more to a node than one line. */
const branch = (step: ReportedStep, children: ReadonlyMap<string | undefined, Steps>): ReadonlyArray<string> => {
  const below = children.get(step.id) ?? [];
  const stem = below.length > 0 ? '│ ' : '  ';
  return [
    `${step.type}  ${whoAndWhen(step)}`,
    ...detailsOf(step).map((line) => stem + line),
    ...below.flatMap((child, index) => {
      const isLast = index === below.length - 1;
      const lines = branch(child, children);
      return lines.map((line, at) => (at === 0 ? (isLast ? '└─ ' : '├─ ') : isLast ? '   ' : '│  ') + line);
    }),
  ];
};

/** The history of an order as people read it: each event below the one that caused it. */
export const treeOf = ({ orderId, status, events }: OrderReport): string => {
  const children = byCause(events);
  const lines = (children.get(undefined) ?? []).flatMap((step) => branch(step, children));
  return `order ${orderId}  ${status ?? 'unknown'}\n\n${lines.join('\n')}\n`;
};
