/* Measures a page as it is drawn: text size, size of targets, contrast, sideways overflow, clipped text.
   One function, for page.evaluate(source, {text: 18, target: 48, main: 60, key: [54, 56], contrast: 4.5}); the desk and the public page give their own
   figures. Answers {wrong: [sentence], texts, targets}; nothing wrong with no text at all is a failure of the caller to wait.
   What it does not see: text over photos, colours inside SVG, whether a sentence is understood. Those need eyes. */
(o) => {
  const wrong = []
  let texts = 0, targets = 0
  const rgba = s => { const m = s.match(/[\d.]+/g).map(Number); return s.startsWith('color(') ? [...m.slice(0, 3).map(v => v * 255), m[3] ?? 1] : [m[0], m[1], m[2], m[3] ?? 1] }
  const over = (top, under) => [0, 1, 2].map(k => top[k] * top[3] + under[k] * (1 - top[3]))
  const lum = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 }); return .2126 * r + .7152 * g + .0722 * b }
  const ground = el => {
    const layers = []
    for (let e = el; e; e = e.parentElement) {
      const cs = getComputedStyle(e)
      const stops = cs.backgroundImage.includes('gradient') && cs.backgroundImage.match(/rgba?\([^)]*\)/g)
      const c = rgba(stops ? stops[0] : cs.backgroundColor)
      if (c[3]) layers.push(c)
      if (c[3] === 1) break
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255])
  }
  const name = el => (el.getAttribute('aria-label') || el.textContent || el.tagName).trim().replace(/\s+/g, ' ').slice(0, 24)
  const seen = el => { const r = el.getBoundingClientRect(); return r.width > 1 && r.height > 1 && r.right > 0 && getComputedStyle(el).visibility !== 'hidden' && !el.closest('.sr, [aria-hidden="true"], [data-picture]') }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let n; (n = walk.nextNode());) {
    const el = n.parentElement
    if (!n.textContent.trim() || !seen(el) || ['STYLE', 'SCRIPT', 'TITLE', 'DESC'].includes(el.tagName)) continue
    texts++
    const cs = getComputedStyle(el)
    const scale = el instanceof SVGElement ? Math.hypot(el.getScreenCTM().a, el.getScreenCTM().b) : 1
    const px = parseFloat(cs.fontSize) * scale
    if (px < o.text - .1) wrong.push(`text ${px.toFixed(1)} px: ${name(el)}`)
    if (!(el instanceof SVGElement)) {
      const g = ground(el), a = lum(over(rgba(cs.color), g)), b = lum(g)
      const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05)
      if (ratio < o.contrast) wrong.push(`contrast ${ratio.toFixed(2)}: ${name(el)}`)
      for (let e = el; e && e !== document.body; e = e.parentElement) {
        const s = getComputedStyle(e)
        if (s.display !== 'inline' && s.overflowX !== 'auto' && s.overflowX !== 'scroll' && e.scrollWidth > e.clientWidth + 2 && e.clientWidth) { wrong.push(`cut or spilling by ${e.scrollWidth - e.clientWidth} px: ${name(e)}`); break }
      }
    }
  }
  for (const el of document.querySelectorAll('button, .card, .item, .note')) {
    const inner = [...el.children].map(c => c.getBoundingClientRect()), r = el.getBoundingClientRect()
    if (seen(el) && inner.some(c => c.height && (c.bottom > r.bottom + 1 || c.top < r.top - 1))) wrong.push(`content taller than its box: ${name(el)}`)
  }
  for (const el of document.querySelectorAll('button, a[href], input, select, textarea, summary, [role="button"]')) {
    if (!seen(el)) continue
    targets++
    const r = (el.closest('label') || el).getBoundingClientRect()
    const need = el.matches('.main, .choice, .shutter') ? o.main : o.target
    const inline = el.tagName === 'A' && getComputedStyle(el).display === 'inline'
    // A plate's key is pressed twenty times an hour, with gloves: it is larger than other targets, and stands in rows of six.
    const isKey = el.closest('.keys') && el.textContent.trim().length === 1
    const wide = isKey ? o.key?.[0] ?? need : el.closest('.boxes') ? 30 : need
    const high = isKey ? o.key?.[1] ?? need : need
    if (!inline && (r.height < high - .5 || r.width < wide - .5)) wrong.push(`target ${r.width.toFixed(0)}×${r.height.toFixed(0)}, needs ${wide}×${high}: ${name(el)}`)
    if (!name(el) && !el.getAttribute('aria-label')) wrong.push('no accessible name: ' + el.outerHTML.slice(0, 60))
  }
  const side = document.documentElement.scrollWidth - innerWidth
  if (side > 0) wrong.push(`page is ${side} px too wide`)
  return { wrong: [...new Set(wrong)], texts, targets }
}
