// Imported by every entry: the page has started, so the paragraph that says otherwise goes.

document.getElementById('late')?.remove();
