/** TLS sockets and servers over interchangeable TLS engines. */
@NullMarked
package dev.sluice;

import org.jspecify.annotations.NullMarked;
