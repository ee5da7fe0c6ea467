const element = (id) => document.getElementById(id);

element('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const guests = element('names')
    .value.split(',')
    .map((name) => name.trim());
  // A component answers with text …
  const greeting = await fetch('/api/greet', { method: 'POST', body: guests[0] });
  element('greeting').textContent = await greeting.text();
  // … a Lua function with JSON.
  const headers = { 'Content-Type': 'application/json' };
  const party = await fetch('/api/party', { method: 'POST', headers, body: JSON.stringify({ guests }) });
  const { greetings, error } = await party.json();
  element('party').replaceChildren(
    ...(greetings ?? [error]).map((text) => Object.assign(document.createElement('li'), { textContent: text })),
  );
});

element('product').textContent = await (await fetch('/api/multiply?a=6&b=7')).text();
