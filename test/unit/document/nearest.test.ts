import { test } from 'tap';
import { nearest } from '../../../src/document/nearest.js';

test('finds the known word that was meant', async (t) => {
  const words = ['trust', 'clients', 'upstreams', 'listeners', 'routes', 'clientAuth'];
  t.equal(nearest('client', words), 'clients');
  t.equal(nearest('lsiteners', words), 'listeners');
  t.equal(nearest('Routes', words), 'routes');
  t.equal(nearest('client_auth', words), 'clientAuth');
  t.equal(nearest('rutse', words), undefined);
  t.equal(nearest('x', words), undefined);
  t.equal(nearest('', words), undefined);
  t.equal(nearest('a'.repeat(100_000), words), undefined);
});
