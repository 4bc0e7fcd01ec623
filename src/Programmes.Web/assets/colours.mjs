// Tabler writes its colours with light-dark(), oklch() and color-mix(), which browsers learnt in 2023 and 2024. A browser
// that does not know them drops the whole declaration, and the page with it. Offices keep browsers for years, so what can
// be computed now is computed now. The product has one theme, a light one; so the light colour is the one to take.

/** Tabler's style sheet with literal colours wherever they follow from the root variables, of which `ours` go first. */
export function forOlderBrowsers(css, ours) {
  css = replaceCalls(css, "light-dark", ([light]) => light);
  css = replaceCalls(css, "oklch", ([colour]) => literal(colour) ?? `oklch(${colour})`);
  const root = new Map([...rootVariables(css), ...rootVariables(ours)]);
  return replaceCalls(css, "color-mix", (parts) => mix(parts, root) ?? `color-mix(${parts.join(", ")})`);
}

/** Replaces `name(a, b)` everywhere, innermost first, by what `turn(["a", "b"])` returns. */
function replaceCalls(css, name, turn) {
  const opening = `${name}(`;
  let result = css;
  for (let at = result.lastIndexOf(opening); at >= 0; at = at === 0 ? -1 : result.lastIndexOf(opening, at - 1)) {
    const start = at + opening.length;
    const parts = [];
    let depth = 0, from = start, end = start;
    for (; end < result.length; end++) {
      const c = result[end];
      if (c === "(") depth++;
      else if (c === ")" && depth-- === 0) break;
      else if (c === "," && depth === 0) { parts.push(result.slice(from, end).trim()); from = end + 1; }
    }
    parts.push(result.slice(from, end).trim());
    result = result.slice(0, at) + turn(parts) + result.slice(end + 1);
  }
  return result;
}

function rootVariables(css) {
  const variables = new Map();
  for (const [, selector, body] of css.matchAll(/(?:^|\})\s*([^{}@]*:root[^{}]*)\{([^}]*)\}/g)) {
    if (selector.includes("dark") && !selector.includes("light")) continue;
    for (const [, name, value] of body.matchAll(/(--[\w-]+):\s*([^;]+);/g)) if (!variables.has(name)) variables.set(name, value.trim());
  }
  return variables;
}

/** `oklch(54.6% 0.17 254deg)` as `#rrggbb`; undefined where it is relative to another colour or has an opacity. */
function literal(text) {
  const match = /^([\d.]+)%\s+([\d.]+)\s+(?:([\d.]+)(?:deg)?|none)$/.exec(text);
  if (!match) return undefined;
  const hue = (Number(match[3] ?? 0) * Math.PI) / 180, chroma = Number(match[2]);
  return hex(fromOklab([Number(match[1]) / 100, chroma * Math.cos(hue), chroma * Math.sin(hue)]), 1);
}

function mix([space, first, second], root) {
  if (space !== "in oklab") return undefined;
  // Utilities such as .text-secondary leave room for .text-opacity-50, which the product does not use.
  const full = /^(.+?) calc\(var\(--tblr-(?:text|bg|border|link)-opacity(?:, 1)?\) \* 100%\)$/.exec(first);
  if (full && second === "transparent") return full[1];
  const a = share(first, root), b = share(second, root);
  if (!a || !b) return undefined;
  const weight = a.share ?? (b.share === undefined ? 0.5 : 1 - b.share);
  const alpha = a.alpha * weight + b.alpha * (1 - weight);
  if (alpha === 0) return "transparent";
  const blend = a.lab.map((v, i) => (v * a.alpha * weight + b.lab[i] * b.alpha * (1 - weight)) / alpha);
  return hex(fromOklab(blend), alpha);
}

/** A colour and the share in which it is mixed, such as `var(--tblr-blue) 10%`. */
function share(text, root) {
  const match = /^(.*?)(?:\s+(?:([\d.]+)%|calc\((.+?)\s*\*\s*100%\)))?$/s.exec(text);
  const colour = resolve(match[1], root);
  if (!colour) return undefined;
  let part;
  if (match[2]) part = Number(match[2]) / 100;
  if (match[3]) {
    part = Number.parseFloat(follow(match[3], root));
    if (Number.isNaN(part)) return undefined;
  }
  return { ...colour, share: part };
}

function follow(text, root) {
  for (let hops = 0; hops < 10; hops++) {
    const reference = /^var\((--[\w-]+)\)$/.exec(text);
    if (!reference) return text;
    text = root.get(reference[1]) ?? "";
  }
  return "";
}

function resolve(text, root) {
  text = follow(text, root);
  if (text === "transparent") return { lab: [0, 0, 0], alpha: 0 };
  let digits = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text)?.[1];
  if (!digits) return undefined;
  if (digits.length === 3) digits = [...digits].map((d) => d + d).join("");
  return { lab: toOklab([0, 2, 4].map((i) => parseInt(digits.slice(i, i + 2), 16) / 255)), alpha: 1 };
}

// The matrices of https://bottosson.github.io/posts/oklab/.
function toOklab(rgb) {
  const [r, g, b] = rgb.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));
}

function hex(rgb, alpha) {
  const channels = alpha < 0.9995 ? [...rgb, alpha] : rgb;
  return "#" + channels.map((v) => Math.round(Math.min(1, Math.max(0, v)) * 255).toString(16).padStart(2, "0")).join("");
}
