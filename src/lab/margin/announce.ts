const REGION = 'jp-mlops-announcer';

/** Lets a screen reader say a text while the focus stays where it is. */
export function announce(text: string): void {
  let region = document.getElementById(REGION);
  if (!region) {
    region = document.createElement('div');
    region.id = REGION;
    region.className = 'jp-mlops-Hidden';
    region.setAttribute('role', 'status');
    document.body.append(region);
  }
  // The same text again is said again only where it has been away.
  region.textContent = '';
  const target = region;
  setTimeout(() => {
    target.textContent = text;
  }, 50);
}
