const LONGEST = 600;

/** What uv said, shortened to what a person needs, without credentials of any address. */
export function explainUv(stderr: string): string {
  const lines = redactUrls(stderr)
    .split('\n')
    .map(line => line.replace(/^\s*(error:|cause:|×|╰─▶|├─▶|│)?\s*/, '').trim())
    .filter(line => line && !/^(Using Python|warning:|Resolved|Prepared)/.test(line));
  const text = lines.join(' ').replace(/\s+/g, ' ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}

/** The requirement that uv's words name first after the general ones; null where none is named. */
export function blamedRequirement(
  stderr: string,
  requirements: string[]
): string | null {
  const positions = requirements
    .map(requirement => {
      const [name] = requirement.split('==');
      const pattern = new RegExp(`(^|[^\\w-])${name}([^\\w-]|$)`, 'm');
      return { requirement, at: stderr.search(pattern) };
    })
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return positions[0]?.requirement ?? null;
}

/** Takes user names and passwords out of addresses. */
export function redactUrls(text: string): string {
  return text.replace(/(\w+:\/\/)[^\s/@]+@/g, '$1***@');
}
