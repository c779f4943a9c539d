/** What git and ssh print, without user and password in addresses and without tokens in headers. */
export function redact(text: string): string {
  return text
    .replace(/(\b(?:https?|ftp):\/\/)[^\s/@'"]+@/gi, '$1…@')
    .replace(/(\bssh:\/\/[^\s/@:'"]+):[^\s/@'"]+@/gi, '$1:…@')
    .replace(/(authorization:\s*\w+\s+)\S+/gi, '$1…');
}
