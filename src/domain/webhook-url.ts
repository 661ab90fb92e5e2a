/** What is wrong with a webhook's URL as it was written; null: nothing is. What its host resolves to is looked at when it is called. */
export function findWebhookFault(url: string): string | null {
  if (url.length > URL_MAX_LENGTH) return `must have at most ${URL_MAX_LENGTH} characters`;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed) return 'must be an absolute URL';
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return 'must be an http: or https: URL';
  if (parsed.username !== '' || parsed.password !== '') return 'must not hold a user name or a password';
  return null;
}

const URL_MAX_LENGTH = 2_048;
