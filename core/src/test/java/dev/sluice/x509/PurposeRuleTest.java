package dev.sluice.x509;

import static dev.sluice.SslError.Code.INVALID_PURPOSE;

import dev.sluice.x509.Trio.Who;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the certificates may be used for (RFC 5280 §4.2.1.3, §4.2.1.12). */
class PurposeRuleTest {
    private static final KeyPurposeId SERVER = KeyPurposeId.id_kp_serverAuth;
    private static final KeyPurposeId CLIENT = KeyPurposeId.id_kp_clientAuth;
    private static final KeyPurposeId MAIL = KeyPurposeId.id_kp_emailProtection;
    private static final KeyPurposeId ANY = KeyPurposeId.anyExtendedKeyUsage;

    /** Of the end entity by RFC 5280; of CAs because all the world takes theirs for a limit of what they issue. */
    @Test
    void purposesOfAllThreeHaveToFit() {
        Trio.assertEachRefused(INVALID_PURPOSE, maker -> maker.extendedKeyUsage(CLIENT));
        Trio.assertEachRefused(INVALID_PURPOSE, maker -> maker.extendedKeyUsage(MAIL, CLIENT));
        for (Who who : Who.values()) {
            Trio.of(who, maker -> maker.extendedKeyUsage(MAIL, SERVER)).assertAccepted();
            Trio.of(who, maker -> maker.extendedKeyUsage(ANY)).assertAccepted();
            Trio.of(who, maker -> maker.extendedKeyUsage()).assertAccepted();
        }
    }

    /** "serverAuth" at the leaf does not mend what its CA may not give. */
    @Test
    void aCaGivesNoPurposeThatItHasNot() {
        Trio.of(Who.INTERMEDIATE, maker -> maker.extendedKeyUsage(MAIL))
                .with(Who.LEAF, maker -> maker.extendedKeyUsage(SERVER, MAIL))
                .assertRefused(Who.INTERMEDIATE, INVALID_PURPOSE);
    }

    @Test
    void clientsNeedTheirOwnPurpose() {
        Trio.of(Who.LEAF, maker -> maker.extendedKeyUsage(CLIENT)).asClient().assertAccepted();
        Trio.of(Who.LEAF, maker -> maker.extendedKeyUsage(SERVER)).asClient().assertRefused(Who.LEAF, INVALID_PURPOSE);
        Trio.of(Who.LEAF, maker -> maker.extendedKeyUsage(CLIENT))
                .with(Who.ROOT, maker -> maker.extendedKeyUsage(SERVER))
                .asClient()
                .assertRefused(Who.ROOT, INVALID_PURPOSE);
    }

    /** §4.2.1.12: serverAuth goes with digitalSignature, keyEncipherment or keyAgreement, clientAuth without the second. */
    @ParameterizedTest
    @CsvSource({
        "128, true, true", // digitalSignature
        "64, false, false", // nonRepudiation
        "32, true, false", // keyEncipherment
        "16, false, false", // dataEncipherment
        "8, true, true", // keyAgreement
        "2, false, false", // cRLSign
        "1, false, false", // encipherOnly
        "32768, false, false", // decipherOnly
        "160, true, true",
    })
    void theKeyMayDoSomethingThatAHandshakeNeeds(int bits, boolean server, boolean client) {
        Trio asServer = Trio.of(Who.LEAF, maker -> maker.keyUsage(bits));
        Trio asClient = Trio.of(Who.LEAF, maker -> maker.keyUsage(bits).extendedKeyUsage(CLIENT))
                .asClient();
        if (server) {
            asServer.assertAccepted();
        } else {
            asServer.assertRefused(Who.LEAF, INVALID_PURPOSE);
        }
        if (client) {
            asClient.assertAccepted();
        } else {
            asClient.assertRefused(Who.LEAF, INVALID_PURPOSE);
        }
    }

    /** The key of a CA signs certificates; nothing else is asked of it. */
    @Test
    void theKeysOfCasNeedNotDoHandshakes() {
        for (Who who : new Who[] {Who.ROOT, Who.INTERMEDIATE}) {
            Trio.of(who, maker -> maker.keyUsage(KeyUsage.keyCertSign)).assertAccepted();
        }
        Trio.of(Who.LEAF, maker -> maker.keyUsage(0)).assertAccepted();
    }
}
