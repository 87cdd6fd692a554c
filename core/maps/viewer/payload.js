// What the server packs: 4 bytes length of a JSON head, the head, then each array where the head says it starts.
const KINDS = { float32: Float32Array, uint32: Uint32Array, uint16: Uint16Array };

async function fetchPacked(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).error ?? `the server answered ${answer.status}`);
  const bytes = await answer.arrayBuffer();
  const length = new DataView(bytes).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length)));
  const arrays = {};
  for (const { name, kind, start, count } of head.arrays) arrays[name] = new KINDS[kind](bytes, start, count);
  return { ...head, ...arrays };
}

async function fetchJson(url) {
  const answer = await fetch(url);
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error ?? `the server answered ${answer.status}`);
  return content;
}
