import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Failure } from '../failure.ts';
import type { DataFolder } from './folder.ts';

const Secrets = t.type({ JWT_SECRET: t.string, SERVICE_TOKEN: t.string });
export type Secrets = t.TypeOf<typeof Secrets>;

/** The secrets of a data folder, unlike those of any other; made on first use, readable by the folder's owner alone. */
export const keepSecrets = async (folder: DataFolder): Promise<Secrets> => {
  const found = await readSecrets(folder);
  if (found !== undefined) return found;
  const secrets = makeSecrets();
  const draft = `${folder.secrets}.draft`;
  await writeFile(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(draft, folder.secrets);
  return secrets;
};

export const readSecrets = async ({ secrets }: DataFolder): Promise<Secrets | undefined> => {
  const text = await readFile(secrets, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const decoded = Secrets.decode(JSON.parse(text));
  if (E.isRight(decoded)) return decoded.right;
  throw new Failure(
    `${secrets} does not hold JWT_SECRET and SERVICE_TOKEN. Delete it: new ones are made at the next start.`,
  );
};

export const makeSecrets = (): Secrets => ({ JWT_SECRET: randomSecret(), SERVICE_TOKEN: randomSecret() });

/** 256 bits, the length of an HS256 key. */
const randomSecret = (): string => randomBytes(32).toString('base64url');
