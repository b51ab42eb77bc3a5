/** The bearer token, for as long as this tab is open. */

const KEY = "mediamosa-sync-token";
// A browser that refuses storage still works until the page is loaded again.
let remembered = null;

function storage(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}

export function savedToken() {
  return storage((tab) => tab.getItem(KEY)) ?? remembered;
}

export function saveToken(token) {
  remembered = token;
  storage((tab) => tab.setItem(KEY, token));
}

export function forgetToken() {
  remembered = null;
  storage((tab) => tab.removeItem(KEY));
}
