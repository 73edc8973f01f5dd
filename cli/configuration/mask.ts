import { isSecret, type Variable } from './configuration.ts';

const hidden = '********';

/** A value as it may be shown: secrets hidden, and the passwords inside URLs. */
export const mask = (name: Variable, value: string): string => {
  if (isSecret(name)) return hidden;
  return name.endsWith('_URL') ? maskUrl(value) : value;
};

/** A URL without its passwords. By pattern, not by parsing, and rather too much than too little: a malformed URL must not show its password either. */
export const maskUrl = (value: string): string => {
  const at = value.lastIndexOf('@');
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(value)?.[0];
  const credentials = at < 0 ? '' : `${maskCredentials(scheme, value.slice(scheme?.length ?? 0, at))}@`;
  const rest = value.slice(at < 0 ? (scheme?.length ?? 0) : at + 1);
  return `${scheme ?? ''}${credentials}${rest.replace(/([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&]*/gi, `$1${hidden}`)}`;
};

const maskCredentials = (scheme: string | undefined, credentials: string): string => {
  if (scheme === undefined) return hidden;
  const [user = '', ...password] = credentials.split(':');
  return password.length === 0 ? user : `${user}:${hidden}`;
};
