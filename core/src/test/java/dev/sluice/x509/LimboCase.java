package dev.sluice.x509;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sluice.x509.RevocationEvidence.Stapling;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * One case of the x509-limbo corpus: certificates in PEM, what they are asked for, and whether they have to be accepted.
 *
 * @param id its name, groups first
 * @param accepted whether it has to be accepted
 * @param conflicting whether the corpus has a case that says the opposite of this one
 * @param purpose what the peer is
 * @param trusted whom the verifier trusts
 * @param untrusted what the peer sends beside its own certificate
 * @param peer the peer's own certificate
 * @param time when
 * @param names by which names the peer must be known
 * @param maximumDepth how many certificates may lie between
 * @param crls certificate revocation lists
 */
record LimboCase(
        String id,
        boolean accepted,
        boolean conflicting,
        Purpose purpose,
        List<String> trusted,
        List<String> untrusted,
        String peer,
        Instant time,
        List<PeerName> names,
        OptionalInt maximumDepth,
        List<String> crls) {

    static List<LimboCase> readAll(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            JsonObject corpus = new Gson().fromJson(reader, JsonObject.class);
            Instant now = Instant.now();
            return StreamSupport.stream(corpus.getAsJsonArray("testcases").spliterator(), false)
                    .map(JsonElement::getAsJsonObject)
                    .map(json -> of(json, now))
                    .toList();
        }
    }

    private static LimboCase of(JsonObject json, Instant now) {
        List<PeerName> names = new ArrayList<>();
        value(json, "expected_peer_name").map(LimboCase::name).ifPresent(names::add);
        value(json, "expected_peer_names")
                .ifPresent(list -> list.getAsJsonArray().forEach(name -> names.add(name(name))));
        return new LimboCase(
                json.get("id").getAsString(),
                json.get("expected_result").getAsString().equals("SUCCESS"),
                !strings(json, "conflicts_with").isEmpty(),
                Purpose.valueOf(json.get("validation_kind").getAsString()),
                strings(json, "trusted_certs"),
                strings(json, "untrusted_intermediates"),
                json.get("peer_certificate").getAsString(),
                value(json, "validation_time")
                        .map(time -> OffsetDateTime.parse(time.getAsString()).toInstant())
                        .orElse(now),
                names,
                value(json, "max_chain_depth")
                        .map(depth -> OptionalInt.of(depth.getAsInt()))
                        .orElse(OptionalInt.empty()),
                strings(json, "crls"));
    }

    private static PeerName name(JsonElement element) {
        JsonObject name = element.getAsJsonObject();
        String value = name.get("value").getAsString();
        return name.get("kind").getAsString().equals("RFC822") ? new PeerName.Email(value) : PeerName.of(value);
    }

    private static Optional<JsonElement> value(JsonObject json, String key) {
        @Nullable JsonElement element = json.get(key);
        return element == null || element.isJsonNull() ? Optional.empty() : Optional.of(element);
    }

    private static List<String> strings(JsonObject json, String key) {
        List<String> result = new ArrayList<>();
        value(json, key).ifPresent(list -> list.getAsJsonArray().forEach(text -> result.add(text.getAsString())));
        return result;
    }

    /** The part of the corpus that this case belongs to: the first part of its name. */
    String group() {
        return id.split("::")[0];
    }

    /** What the verifier says; empty if it accepts. A certificate that cannot be read is as good as none. */
    List<String> errors(VerificationPolicy policy) {
        List<SslCertificate> chain = new ArrayList<>();
        try {
            chain.addAll(SslCertificate.fromPem(peer));
        } catch (CertificateFormatException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        untrusted.forEach(pem -> chain.addAll(readable(pem)));
        List<SslCertificate> anchors =
                trusted.stream().flatMap(pem -> readable(pem).stream()).toList();
        List<String> errors = new ArrayList<>();
        for (PeerName name : names.isEmpty() ? List.<PeerName>of(unnamed()) : names) {
            for (RevocationPolicy revocation : revocationPolicies()) {
                VerificationRequest request = request(chain, anchors, name, policy.withRevocation(revocation));
                CertificateVerifier.strict().verify(request).errors().forEach(error -> errors.add(error.toString()));
            }
        }
        return errors;
    }

    private static PeerName unnamed() {
        return PeerName.NotChecked.DANGEROUSLY_NOT_CHECKED;
    }

    private VerificationRequest request(
            List<SslCertificate> chain, List<SslCertificate> anchors, PeerName name, VerificationPolicy policy) {
        return new VerificationRequest(
                chain,
                anchors,
                name,
                purpose,
                time,
                maximumDepth,
                true,
                new RevocationEvidence(List.of(), revocationLists(), Stapling.NOT_ASKED_FOR),
                policy);
    }

    /** Where there are lists, no certificate may be on one, and the peer's own has to be covered by one. */
    private List<RevocationPolicy> revocationPolicies() {
        return crls.isEmpty()
                ? List.of(RevocationPolicy.DEFAULT)
                : List.of(RevocationPolicy.judgeWhatIsThere(), RevocationPolicy.requireForPeerCertificate());
    }

    /** A list that is refused is as good as none. */
    private List<CertificateRevocationList> revocationLists() {
        List<CertificateRevocationList> lists = new ArrayList<>();
        for (String pem : crls) {
            try {
                lists.addAll(CertificateRevocationList.fromPem(pem));
            } catch (CertificateFormatException e) {
                // The verifier misses it then.
                continue;
            }
        }
        return lists;
    }

    private static List<SslCertificate> readable(String pem) {
        try {
            return SslCertificate.fromPem(pem);
        } catch (CertificateFormatException e) {
            return List.of();
        }
    }
}
