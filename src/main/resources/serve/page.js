// The page of `wasm-run serve`: a form for each export, and what the workers do. All that comes from
// the module is text, never markup.

const at = (id) => document.getElementById(id);

// A text of the module's: what cannot be seen as a character of its own is shown by its number.
function shown(text) {
  const unseen = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
  const number = (c) => c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
  return String(text).replace(unseen, (c) => `<U+${number(c)}>`);
}

function element(name, text) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = shown(text);
  return made;
}

function formOf({ name, params, results, callable }) {
  const form = element('form');
  form.append(element('code', `${name}(${params.join(', ')}) → (${results.join(', ')}) `));
  if (!callable) {
    form.append(element('em', 'cannot be called: JSON has no form for what it takes or returns'));
    return form;
  }
  const inputs = params.map((type) => {
    const input = element('input');
    input.placeholder = type;
    input.required = true;
    input.setAttribute('aria-label', type);
    form.append(input);
    return input;
  });
  const output = element('output');
  form.append(element('button', 'Call'), output);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    await call(name, inputs.map((input) => input.value), output);
    await refresh();
  });
  return form;
}

async function call(name, args, output) {
  output.className = '';
  output.textContent = '…';
  try {
    const response = await fetch(`/invoke/${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ args }),
    });
    const answer = await response.json();
    output.className = response.ok ? '' : 'failed';
    output.textContent = response.ok
      ? answer.results.join(', ') || 'returned'
      : [answer.error, ...(answer.backtrace ?? [])].map(shown).join('\n  at ');
  } catch (failure) {
    output.className = 'failed';
    output.textContent = String(failure);
  }
}

async function refresh() {
  const { module, exports, workers, failures } = await (await fetch('/status')).json();
  document.title = at('module').textContent = module;
  if (at('exports').childElementCount === 0) at('exports').append(...exports.map(formOf));
  at('workers').replaceChildren(
    ...Object.entries(workers).flatMap(([name, value]) => [
      element('dt', name),
      element('dd', value),
    ]),
  );
  at('failures').replaceChildren(
    ...failures.map(({ time, call, error }) => element('li', `${time} ${call}: ${error}`)),
  );
}

async function keepRefreshing() {
  try {
    await refresh();
  } catch {
    // The server has stopped, or is not there for a moment.
  }
  setTimeout(keepRefreshing, 2000);
}

keepRefreshing();
