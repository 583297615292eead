package dev.sluice.jsse;

import dev.sluice.SslCipher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The suites of a provider under the names that it uses: not every provider follows the registry, and one suite may have
 * an old name ({@code SSL_RSA_WITH_...}). Immutable.
 */
final class SuiteNames {
    private final Map<SslCipher, String> names = new LinkedHashMap<>();
    private final List<String> unmapped;

    SuiteNames(String[] supported) {
        List<String> unknown = new ArrayList<>();
        for (String name : supported) {
            Optional<SslCipher> cipher = SslCipher.fromName(name);
            if (cipher.isPresent()) {
                names.putIfAbsent(cipher.get(), name);
            } else {
                unknown.add(name); // signalling values and novelties: they are listed and never enabled
            }
        }
        this.unmapped = List.copyOf(unknown);
    }

    /** The provider's name of a suite that it has. */
    String of(SslCipher cipher) {
        String name = names.get(cipher);
        if (name == null) {
            throw new IllegalArgumentException("cipher suite " + cipher + " is not one of the provider's");
        }
        return name;
    }

    /** The suites that have an entry in the table, in the provider's order. */
    List<SslCipher> mapped() {
        return List.copyOf(names.keySet());
    }

    /** The names that have none. */
    List<String> unmapped() {
        return unmapped;
    }
}
