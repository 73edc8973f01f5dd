/** Whole percent, rounded down: 100 % is all of it. */
export const percent = (share: number): string => `${Math.floor(share * 100)} %`;

const width = 24;

/** A share, 0 to 1, drawn. */
export const bar = (share: number): string => {
  const full = Math.floor(share * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
};

/** Whether something can be drawn over and over. Terminals of no size are those of programs that only look like one. */
export const canDraw = ({ isTTY, columns, rows }: NodeJS.WriteStream): boolean => isTTY && columns > 0 && rows > 0;
