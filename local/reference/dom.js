/**
 * Makes an element. Properties are set as such, but `class`, `for` and what has a dash become attributes; functions
 * named `on…` listen. Children are nodes or text; null and false are left out. Nothing is ever parsed as HTML.
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value)
    else if (name === 'class' || name === 'for' || name.includes('-')) made.setAttribute(name, value)
    else made[name] = value
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false))
  return made
}

/** Text in which `code` between backticks is shown as such. */
export const withCode = (text = '') =>
  text.split('`').map((part, i) => (i % 2 === 1 ? element('code', {}, part) : part))

/** A button that copies what `read` gives and says that it did. */
export function copyButton(label, read) {
  const button = element('button', { type: 'button', class: 'quiet' }, label)
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(read())
    button.textContent = 'Copied'
    setTimeout(() => {
      button.textContent = label
    }, 1500)
  })
  return button
}
