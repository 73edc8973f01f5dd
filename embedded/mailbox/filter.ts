import type { Context } from 'koa';
import type { Filter } from './store.ts';

const limits = { usual: 50, most: 500 };

/** `?order=&to=&limit=&before=`, as both the list and the page take it. Answers 400 to numbers that are none. */
export function filterOf(ctx: Context): Filter {
  const given = (name: string): string | undefined => ctx.URL.searchParams.get(name)?.trim() || undefined;
  const numberOf = (name: string, most: number): number | undefined => {
    const text = given(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    const isInRange = Number.isInteger(value) && value >= 1 && value <= most;
    return isInRange ? value : ctx.throw(400, `${name} must be a whole number from 1 to ${most}, found ${text}`);
  };
  return {
    order: given('order'),
    to: given('to')?.toLowerCase(),
    before: numberOf('before', 0xffffffff),
    limit: numberOf('limit', limits.most) ?? limits.usual,
  };
}
