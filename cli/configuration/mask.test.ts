import { describe, expect, it } from '@jest/globals';
import { mask } from './mask.ts';

describe('masking', () => {
  it.each(['JWT_SECRET', 'SERVICE_TOKEN'] as const)('hides %s, its length included', (name) => {
    expect(mask(name, 'short')).toBe('********');
    expect(mask(name, 'x'.repeat(64))).toBe('********');
  });

  it.each([
    ['postgres://me:hunter2@host:5432/orders', 'postgres://me:********@host:5432/orders'],
    ['postgres://me:p@ss:w@rd@host/orders', 'postgres://me:********@host/orders'],
    ['postgres://host/orders?user=me&password=hunter2', 'postgres://host/orders?user=me&password=********'],
    ['esdb+discover://admin:changeit@a:1,b:2?tls=true', 'esdb+discover://admin:********@a:1,b:2?tls=true'],
    ['esdb://127.0.0.1:2113?tls=false', 'esdb://127.0.0.1:2113?tls=false'],
    ['postgres//me:hunter2@host', '********@host'],
  ])('shows %s without its password', (url, shown) => {
    expect(mask('DATABASE_URL', url)).toBe(shown);
  });

  it('shows what holds no secret as it is', () => {
    expect(mask('MAIL_FROM', 'Us <us@example.com>')).toBe('Us <us@example.com>');
  });
});
