/** The attempts of hostile.test.ts by agents of an ordinary user, where the tests run as root. */

import { hostileSuite } from './lib/hostile/suite.ts';

hostileSuite({ as: 'user', sandbox: 'required' });
