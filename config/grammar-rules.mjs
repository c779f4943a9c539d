/** Rules of a grammar in lezer's notation, and rules of ours put in their place, by name. */

const TOKEN =
  /\s+|\/\/[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[$!]\[(?:\\.|[^\]\\])*\]|@?\w+|[^]/g;
const CLOSING = { '{': '}', '[': ']', '<': '>', '(': ')' };
const BLOCKS = ['@replace', '@add', '@remove'];

/**
 * The package's grammar with our rules in it.
 *
 * A rule that the package writes within another one (`A { B { "b" } | c }`) counts as one of its own, if it
 * is the only one of its name.
 *
 * @param {string} theirs - the grammar of the package
 * @param {string} ours - what differs: `@replace`, `@add` and `@remove`
 * @returns {string} the whole, as lezer-generator takes it
 * @throws if a rule that ours replaces or removes is not there, or is the same already
 */
export function composeGrammar(theirs, ours) {
  const all = hoisted(parse(theirs));
  const { replace, add, remove } = blocks(ours);
  const places = new Map();
  for (const list of [all, ...all.flatMap(one => (one.rules ? [one.rules] : []))]) {
    for (const one of list) {
      if (!places.has(one.name)) {
        places.set(one.name, list);
      }
    }
  }
  const place = (name, done) => {
    const list = places.get(name);
    const at = list?.findIndex(one => one.name === name) ?? -1;
    if (at < 0) {
      throw new Error(`The package has no rule \`${name}\`, which ours ${done}.`);
    }
    return { list, at };
  };
  for (const rule of replace) {
    const { list, at } = place(rule.name, 'replaces');
    if (list[at].tokens.join(' ') === rule.tokens.join(' ')) {
      throw new Error(`Rule \`${rule.name}\` is the package's already.`);
    }
    list[at] = rule;
  }
  for (const name of remove) {
    const { list, at } = place(name, 'removes');
    list.splice(at, 1);
  }
  for (const rule of add) {
    if (rule.rules) {
      const { list, at } = place(rule.name, 'adds to');
      list[at].rules.push(...rule.rules);
    } else if (places.get(rule.name)?.some(one => one.name === rule.name)) {
      throw new Error(`The package has a rule \`${rule.name}\`, which ours adds.`);
    } else {
      // Of two tokenizers the first has the first word, and ours come before `@tokens`
      all.splice(place('@tokens', 'comes before').at, 0, rule);
    }
  }
  return all.map(print).join('\n');
}

/** The version of the package that our rules are written for: `@version "1.2.3"`. */
export function versionOf(ours) {
  const version = /^@version\s+"(.+)"/m.exec(ours)?.[1];
  if (!version) {
    throw new Error('Our rules do not say for which version of the package they are.');
  }
  return version;
}

/** What `@replace`, `@add` and `@remove` hold. */
function blocks(ours) {
  const tokens = lex(ours);
  const found = { replace: [], add: [], remove: [] };
  let at = 2; // behind `@version "1.2.3"`
  while (at < tokens.length) {
    const word = tokens[at];
    if (!BLOCKS.includes(word)) {
      throw new Error(`Our rules: ${BLOCKS.join(', ')} expected, not \`${word}\`.`);
    }
    const end = closed(tokens, at + 1);
    const inner = tokens.slice(at + 2, end - 1);
    found[word.slice(1)].push(
      ...(word === '@remove' ? inner.filter(one => one !== ',') : rules(inner))
    );
    at = end;
  }
  return found;
}

function parse(text) {
  return rules(lex(text));
}

function lex(text) {
  return text.match(TOKEN).filter(token => !/^(\s|\/\/)/.test(token));
}

/** Index behind the bracket that closes the one at `at`. */
function closed(tokens, at) {
  const open = tokens[at];
  let depth = 0;
  for (let next = at; next < tokens.length; next += 1) {
    depth += tokens[next] === open ? 1 : tokens[next] === CLOSING[open] ? -1 : 0;
    if (depth === 0) {
      return next + 1;
    }
  }
  throw new Error(`\`${open}\` is not closed: ${tokens.slice(at, at + 8).join(' ')}`);
}

/** Rules and declarations, each with its name and tokens; `@tokens` and `@skip {}` hold `rules`. */
function rules(tokens) {
  const found = [];
  let at = 0;
  while (at < tokens.length) {
    const rule = ruleAt(tokens, at);
    found.push(rule);
    at = rule.end;
  }
  return found;
}

function ruleAt(tokens, at) {
  const [word, second, third] = tokens.slice(at, at + 3);
  const behind = start => ('{' === tokens[start] ? closed(tokens, start) : start);
  const rule = (name, end) => ({ name, end, tokens: tokens.slice(at, end) });
  const group = (name, open) => {
    const end = closed(tokens, open);
    const head = tokens.slice(at, open);
    return {
      name,
      end,
      head,
      rules: rules(tokens.slice(open + 1, end - 1)),
      tokens: []
    };
  };
  switch (word) {
    case '@detectDelim':
      return rule(word, at + 1);
    case '@context':
      return rule(word, at + 4);
    case '@external':
      return rule(
        second === 'tokens' || second === 'propSource' ? third : word,
        behind(at + 5)
      );
    case '@precedence':
      return rule(word, closed(tokens, at + 1));
    case '@tokens':
      return group(word, at + 1);
    case '@skip': {
      const end = closed(tokens, at + 1);
      return tokens[end] === '{' ? group('@skip {}', end) : rule(word, end);
    }
    default: {
      let end = word === '@top' ? at + 2 : at + 1;
      while (tokens[end] === '<' || tokens[end] === '[') {
        end = closed(tokens, end);
      }
      return rule(word === '@top' ? second : word, behind(end));
    }
  }
}

/** The same rules, with those within others as rules beside them. */
function hoisted(list) {
  const counts = new Map();
  const count = one => {
    counts.set(one.name, (counts.get(one.name) ?? 0) + 1);
    (one.rules ?? within(one.tokens)).forEach(count);
  };
  list.forEach(count);
  const lift = one => {
    if (one.rules) {
      return [{ ...one, rules: one.rules.flatMap(lift) }];
    }
    const beside = [];
    let tokens = one.tokens;
    for (const inner of within(one.tokens).reverse()) {
      if (counts.get(inner.name) === 1) {
        tokens = tokens.toSpliced(inner.at, inner.tokens.length, inner.name);
        beside.unshift(...lift(inner));
      }
    }
    return [{ ...one, tokens }, ...beside];
  };
  return list.flatMap(lift);
}

/** The rules within a rule, not those within these. */
function within(tokens) {
  const found = [];
  let at = tokens.indexOf('{') + 1;
  while (at > 0 && at < tokens.length) {
    const open = tokens[at + 1] === '[' ? closed(tokens, at + 1) : at + 1;
    if (/^\w/.test(tokens[at]) && tokens[open] === '{' && tokens[0] !== '@external') {
      const end = closed(tokens, open);
      found.push({ name: tokens[at], at, tokens: tokens.slice(at, end) });
      at = end;
    } else {
      at += 1;
    }
  }
  return found;
}

function print({ head, rules: inner, tokens }) {
  return inner
    ? `${head.join(' ')} {\n${inner.map(print).join('\n')}\n}`
    : tokens.join(' ');
}
