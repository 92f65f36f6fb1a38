// The state after a step: what it means for devices, then every place that holds something, changed ones marked.

/** The numbers of the texts of all places, after each step. */
function statesOf(data) {
  const states = [data.initial];
  for (const step of data.steps) {
    const next = states[states.length - 1].slice();
    for (const [place, text] of step.changes) {
      if (place >= 0) {
        next[place] = text;
      }
    }
    states.push(next);
  }
  return states;
}

const BLANK = new Set(['0', 'none', '0x0', 'no', 'idle', '']);

function changedPlaces(data, k) {
  return new Set(k === 0 ? [] : data.steps[k - 1].changes.map((c) => c[0]));
}

function cell(data, states, k, place, changed) {
  if (place < 0) {
    return el('td', { class: 'absent' });
  }
  const now = data.texts[states[k][place]];
  if (!changed.has(place)) {
    return el('td', { class: BLANK.has(now) ? 'blank' : '' }, now);
  }
  const before = data.texts[states[k - 1][place]];
  return el('td', { class: 'changed', title: data.shape.labels[place] + ' was ' + before },
    el('del', {}, before), ' ', el('ins', {}, now));
}

function tableOf(data, states, k, table, changed, all) {
  const shown = table.rows.filter(([, cells]) => all || cells.some((p) => p >= 0
    && (changed.has(p) || !BLANK.has(data.texts[states[k][p]]))));
  if (shown.length === 0) {
    return null;
  }
  // Columns in which nothing is written are as little to see as rows.
  const columns = table.columns.map((name, c) => c).filter((c) => all || shown.some(([, cells]) => cells[c] >= 0
    && (changed.has(cells[c]) || !BLANK.has(data.texts[states[k][cells[c]]]))));
  if (table.columns.length === 0) {
    return el('table', { class: 'places' }, el('tbody', {}, ...shown.map(([label, cells]) => el('tr', {},
      el('th', { scope: 'row' }, table.prefix + label), cell(data, states, k, cells[0], changed)))));
  }
  const stem = stemOf(columns.map((c) => table.columns[c]));
  const names = columns.map((c) => table.columns[c].slice(stem.length));
  const corner = (table.prefix + stem).replace(/\.$/, '');
  const at = (row, i) => cell(data, states, k, shown[row][1][columns[i]], changed);
  // What has more columns than rows lies better on its side.
  return columns.length > 5 && columns.length > shown.length
    ? grid(corner, shown.map(([label]) => label), names, (i, row) => at(row, i))
    : grid(corner, names, shown.map(([label]) => label), at);
}

/** What all names begin with, up to a dot. */
function stemOf(names) {
  const stem = names[0].slice(0, names[0].indexOf('.') + 1);
  return names.length > 1 && names.every((n) => n.startsWith(stem)) ? stem : '';
}

function grid(corner, columns, rows, at) {
  return el('table', { class: 'places' },
    el('thead', {}, el('tr', {}, el('th', {}, corner), ...columns.map((c) => el('th', { scope: 'col' }, c)))),
    el('tbody', {}, ...rows.map((label, r) => el('tr', {}, el('th', { scope: 'row' }, label),
      ...columns.map((c, i) => at(r, i))))));
}

function placesPanel(data, states, k, view) {
  const changed = changedPlaces(data, k);
  const panel = el('section', { class: 'places-panel' });
  for (const section of data.shape.sections) {
    const tables = section.tables.map((t) => tableOf(data, states, k, t, changed, view.blanks)).filter((t) => t);
    if (tables.length > 0) {
      panel.append(el('details', {
        open: !view.closed.has(section.title),
        ontoggle: (e) => (e.target.open ? view.closed.delete(section.title) : view.closed.add(section.title)),
      }, el('summary', {}, section.title), el('div', { class: 'grids' }, ...tables)));
    }
  }
  if (data.shape.leftOut > 0) {
    panel.append(el('p', { class: 'quiet' }, data.shape.leftOut === 1
      ? '1 place that holds its first value in every state shown here is left out.'
      : data.shape.leftOut + ' places that hold their first value in every state shown here are left out.'));
  }
  return panel;
}

/** The relations of a state with their elements' names; a state that means what the one before means has none of its own. */
function meaningOf(data, k) {
  let at = k;
  while (at > 0 && data.meanings[at] === null) {
    at--;
  }
  const named = {};
  for (const [relation, tuples] of Object.entries(data.meanings[at] ?? {})) {
    named[relation] = tuples.map((t) => t.map((n) => data.texts[n]));
  }
  return named;
}

function rights(reads, writes) {
  return (reads ? 'r' : '') + (writes ? 'w' : '');
}

/** Pairs of a relation for reading and one for writing: key of the tuple, the tuple, its rights. */
function withRights(meaning, read, write) {
  const all = new Map();
  for (const [relation, letter] of [[read, 'r'], [write, 'w']]) {
    for (const tuple of meaning[relation] ?? []) {
      const key = tuple.join(' ');
      const entry = all.get(key) ?? { tuple, r: false, w: false };
      entry[letter] = true;
      all.set(key, entry);
    }
  }
  return [...all.values()];
}

/** The ways by which devices reach frames, one row each: device, how, tables, page, frame, rights. */
function waysOf(meaning, cut) {
  const ways = [];
  const entries = [...(meaning.ent ?? []).map((e) => [...e, 'entry']), ...(meaning.cent ?? []).map((e) => [...e, 'cached entry'])];
  const walks = withRights(meaning, 'mapR', 'mapW');
  const cached = withRights(meaning, 'mayR', 'mayW');
  const nowhere = cut.includes('mapR') || cut.includes('mapW') ? 'no walk of it is shown' : 'walks lead nowhere';
  const usedSpaces = new Set();
  const usedTags = new Set();
  for (const [unit, device, space, tag, how] of entries) {
    const entry = [(how === 'entry' ? 'ent ' : 'cent ') + [unit, device, space, tag].join(' ')];
    usedSpaces.add(space);
    usedTags.add(unit + ' ' + tag);
    const led = [[device, 'device'], [how + ' at ' + unit, 'arrow']];
    const found = walks.filter((w) => w.tuple[0] === space);
    if (found.length === 0) {
      ways.push({ chain: [...led, [space + ' (' + tag + ')', 'tables'], [nowhere, 'arrow']], facts: entry });
    }
    for (const w of found) {
      ways.push(way([...led, [space + ' (' + tag + ')', 'tables'], ['walk of ' + w.tuple[1], 'arrow']], w, 2, ['map'], entry));
    }
    if (how === 'entry' || !(meaning.ent ?? []).some((e) => e[0] === unit && e[1] === device && e[3] === tag)) {
      for (const c of cached.filter((m) => m.tuple[0] === unit && m.tuple[1] === tag)) {
        ways.push(way([...led, ['cache of ' + unit + ' (' + tag + ')', 'cache'], ['serves ' + c.tuple[2], 'arrow']], c, 3, ['may']));
      }
    }
  }
  for (const w of walks.filter((x) => !usedSpaces.has(x.tuple[0]))) {
    ways.push(way([['no entry leads here', 'nobody'], ['', 'arrow'], [w.tuple[0], 'tables'], ['walk of ' + w.tuple[1], 'arrow']], w, 2, ['map']));
  }
  for (const c of cached.filter((x) => !usedTags.has(x.tuple[0] + ' ' + x.tuple[1]))) {
    ways.push(way([['whoever has ' + c.tuple[1], 'nobody'], ['', 'arrow'], ['cache of ' + c.tuple[0], 'cache'], ['serves ' + c.tuple[2], 'arrow']], c, 3, ['may']));
  }
  for (const f of withRights(meaning, 'flyR', 'flyW')) {
    const [unit, device, tag, page] = f.tuple;
    ways.push(way([[device, 'device'], ['in flight at ' + unit + ' (' + tag + ')', 'cache'], ['for ' + page, 'arrow']], f, 4, ['fly']));
  }
  return ways;
}

function way(chain, entry, frame, stems, more = []) {
  return {
    chain,
    frame: entry.tuple[frame],
    rights: rights(entry.r, entry.w),
    facts: [...more, ...stems.flatMap((s) => [entry.r ? s + 'R' : '', entry.w ? s + 'W' : '']).filter((s) => s)
      .map((s) => s + ' ' + entry.tuple.join(' '))],
  };
}

function keyOf(w) {
  return w.chain.map((c) => c[0]).join('|') + '|' + w.frame + w.rights;
}

function whose(meaning, frame) {
  const owners = (meaning.owner ?? []).filter((o) => o[0] === frame).map((o) => o[1]);
  if (owners.length > 0) {
    return owners.join(', ') + '\u2019s';
  }
  return (meaning.free ?? []).some((f) => f[0] === frame) ? 'in the heap' : '';
}

/** What is to blame, nearest to the memory first: what is served or in flight, else a walk, else the device's entry. */
const BLAME = [/^(may|fly)[RW]$/, /^map[RW]$/, /^c?ent$/];

/** Facts that make a property false now, each with the property's name, so that what they speak of can be marked. */
function blamed(data, k) {
  const facts = new Map();
  for (const promise of data.promises.filter((p) => p.holds[k] === 0)) {
    const so = promise.facts.filter((f) => f.so[k] === 1 && !f.formula.startsWith('not '));
    const nearest = BLAME.map((names) => so.filter((f) => names.test(f.name))).find((found) => found.length > 0) ?? [];
    for (const f of nearest) {
      const fact = f.name + ' ' + f.arguments.join(' ');
      facts.set(fact, [...(facts.get(fact) ?? []), promise.id]);
    }
  }
  return facts;
}

/** For example "w breaks no-foreign": which right of a way is one too many; of a device's entry, the way as a whole. */
function blameOf(w, wrong) {
  const found = w.facts.filter((f) => wrong.has(f));
  const letters = [...new Set(found.map((f) => /^...([RW]) /.exec(f)?.[1].toLowerCase() ?? ''))].join('');
  return found.length === 0 ? '' : (letters + ' breaks ' + [...new Set(found.flatMap((f) => wrong.get(f)))].join(', ')).trim();
}

function wayRow(w, isNew, blame, meaning) {
  const cells = w.chain.map(([text, kind]) => el('span', { class: 'chip ' + kind }, text));
  if (w.frame !== undefined) {
    cells.push(el('span', { class: 'chip frame' }, w.frame + ' ' + w.rights), el('span', { class: 'owner' }, whose(meaning, w.frame)));
  }
  return el('li', { class: (isNew ? 'new ' : '') + (blame === '' ? '' : 'wrong') }, ...cells,
    isNew ? el('span', { class: 'tag' }, 'new') : '', blame === '' ? '' : el('span', { class: 'tag wrong' }, blame));
}

/** Devices, whose they are, mappings of frames of others, and what is owed. */
function rightsLines(meaning) {
  const lines = [];
  const assigned = meaning.assigned ?? [];
  if (assigned.length > 0) {
    lines.push(assigned.map(([device, domain]) => device + ' is ' + domain + '\u2019s').join(', '));
  }
  const owners = meaning.owner ?? [];
  if (owners.length > 0) {
    lines.push([...owners.map(([f, d]) => f + ' is ' + d + '\u2019s'), ...(meaning.free ?? []).map(([f]) => f + ' is in the heap')].join(', '));
  }
  for (const [hold, domain, frame] of meaning.hold ?? []) {
    const phases = ['opening', 'live', 'closing'].filter((p) => (meaning[p] ?? []).some((x) => x[0] === hold));
    if (phases.length > 0) {
      const writes = (meaning.holdW ?? []).some((x) => x[0] === hold);
      lines.push(`${domain} has ${frame} mapped by a grant (${writes ? 'rw' : 'ro'}, ${phases.join(' ')}): ${hold}`);
    }
  }
  for (const [unit, tag, page] of meaning.dirty ?? []) {
    lines.push(`${unit} is owed an invalidation of ${page} under ${tag}`);
  }
  for (const [unit, device] of meaning.dirtyQ ?? []) {
    lines.push(`${unit} is owed an invalidation of the entry of ${device}`);
  }
  return lines;
}

function meaningPanel(data, k) {
  const meaning = meaningOf(data, k);
  const before = new Set(k === 0 ? [] : waysOf(meaningOf(data, k - 1), data.cut).map(keyOf));
  const linesBefore = new Set(k === 0 ? [] : rightsLines(meaningOf(data, k - 1)));
  const wrong = blamed(data, k);
  const ways = waysOf(meaning, data.cut);
  const lines = rightsLines(meaning);
  if (ways.length === 0 && lines.length === 0 && data.cut.length === 0) {
    return '';
  }
  return el('section', { class: 'meaning' },
    el('h3', {}, 'What devices reach'),
    data.cut.length === 0 ? '' : el('p', { class: 'quiet', id: 'cut' },
      'The machine is too large for everything to stand here; not all is told, or nothing, of ' + data.cut.join(', ') + '.'),
    ways.length === 0 ? el('p', { class: 'quiet' }, data.cut.length === 0 ? 'nothing' : 'nothing that is shown') : el('ul', { class: 'ways' },
      ...ways.map((w) => wayRow(w, k > 0 && !before.has(keyOf(w)), blameOf(w, wrong), meaning))),
    el('h3', {}, 'Who may'),
    el('ul', { class: 'lines' }, ...lines.map((line) => el('li', { class: k > 0 && !linesBefore.has(line) ? 'new' : '' }, line))));
}
