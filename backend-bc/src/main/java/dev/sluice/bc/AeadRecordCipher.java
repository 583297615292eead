package dev.sluice.bc;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.TlsImplUtils;

/**
 * The record protection of TLS 1.2 (RFC 5246 §6.2.3.3, RFC 5288, RFC 7905) and TLS 1.3 (RFC 8446 §5.2) with an AEAD of the
 * JDK.
 *
 * <p>It takes the place of BouncyCastle's own {@code TlsAEADCipher}, which makes a new array for each record and fills it
 * with a copy of the plaintext; the two together cost as much as a tenth to a sixth of the whole way. Here the JDK encrypts
 * from the plaintext to the place where the record is wanted, and decrypts likewise, if the connection has lent
 * {@linkplain RecordRoom room}; without it a record is made in a new array and opened in place, as BouncyCastle does.
 *
 * <p>Connection identifiers and DTLS are BouncyCastle's business: this class does not do them, see {@link #handles}.
 *
 * <p>One thread at a time.
 */
final class AeadRecordCipher implements TlsCipher {
    /** RFC 5246 §6.2.3.3: the sequence number, type, version and length; TLS 1.3 has the last three alone. */
    private static final int ADDITIONAL_DATA_12 = 13;

    private static final int ADDITIONAL_DATA_13 = 5;
    private static final int SEQUENCE_NUMBER_BYTES = 8;

    private final TlsCryptoParameters parameters;
    private final boolean tls13;
    /** How many bytes of the nonce a record carries: 8 in AES-GCM of TLS 1.2 (RFC 5288 §3), else none. */
    private final int explicitNonceBytes;

    private final Half outbound;
    private final Half inbound;

    /** One direction: its cipher, and the arrays that are filled anew for each record. */
    private static final class Half {
        final JdkAeadCipher cipher;
        final RecordRoom room;
        /** The part of the nonce that comes from the key schedule. */
        final byte[] fixedNonce;

        final byte[] nonce = new byte[JdkAead.NONCE_BYTES];
        final byte[] additionalData;

        Half(JdkAeadCipher cipher, RecordRoom room, int fixedNonceBytes, int additionalDataBytes) {
            this.cipher = cipher;
            this.room = room;
            this.fixedNonce = new byte[fixedNonceBytes];
            this.additionalData = new byte[additionalDataBytes];
        }

        void takeKey(byte[] key, int keyOffset, int keyBytes, byte[] iv, int ivOffset) throws IOException {
            cipher.setKey(key, keyOffset, keyBytes);
            System.arraycopy(iv, ivOffset, fixedNonce, 0, fixedNonce.length);
        }
    }

    /** Whether a connection's records are of the kind that this class makes. */
    static boolean handles(TlsCryptoParameters parameters) {
        SecurityParameters security = parameters.getSecurityParametersHandshake();
        ProtocolVersion version = security.getNegotiatedVersion();
        return version.isTLS()
                && TlsImplUtils.isTLSv12(version)
                && isEmpty(security.getConnectionIDLocal())
                && isEmpty(security.getConnectionIDPeer());
    }

    private static boolean isEmpty(byte[] connectionId) {
        return connectionId == null || connectionId.length == 0;
    }

    /**
     * Makes the ciphers of both directions with the keys of the handshake.
     *
     * @throws GeneralSecurityException if the provider does not have the algorithm
     */
    AeadRecordCipher(TlsCryptoParameters parameters, JdkAead aead, Provider provider, RecordRooms rooms)
            throws IOException, GeneralSecurityException {
        this.parameters = parameters;
        this.tls13 = TlsImplUtils.isTLSv13(
                parameters.getSecurityParametersHandshake().getNegotiatedVersion());
        this.explicitNonceBytes = tls13 || aead == JdkAead.CHACHA20_POLY1305 ? 0 : SEQUENCE_NUMBER_BYTES;
        int fixed = JdkAead.NONCE_BYTES - explicitNonceBytes;
        int additional = tls13 ? ADDITIONAL_DATA_13 : ADDITIONAL_DATA_12;
        this.outbound = new Half(
                new JdkAeadCipher(aead, JdkAeadCipher.Direction.ENCRYPT, provider),
                rooms.outbound(),
                fixed,
                additional);
        this.inbound = new Half(
                new JdkAeadCipher(aead, JdkAeadCipher.Direction.DECRYPT, provider), rooms.inbound(), fixed, additional);
        if (tls13) {
            SecurityParameters security = parameters.getSecurityParametersHandshake();
            takeTrafficKey(inbound, security, peerIsServer(), aead.keyBytes());
            takeTrafficKey(outbound, security, parameters.isServer(), aead.keyBytes());
        } else {
            takeKeyBlock(aead.keyBytes(), fixed);
        }
    }

    @Override
    public int getCiphertextDecodeLimit(int plaintextLimit) {
        return plaintextLimit + overhead();
    }

    @Override
    public int getCiphertextEncodeLimit(int plaintextLimit) {
        return plaintextLimit + overhead();
    }

    @Override
    public int getPlaintextDecodeLimit(int ciphertextLimit) {
        return ciphertextLimit - overhead();
    }

    @Override
    public int getPlaintextEncodeLimit(int ciphertextLimit) {
        return ciphertextLimit - overhead();
    }

    /** What a record is longer than its plaintext: in TLS 1.3 the type of the content is one byte of it. */
    private int overhead() {
        return explicitNonceBytes + JdkAead.TAG_BYTES + (tls13 ? 1 : 0);
    }

    /**
     * Protects one record.
     *
     * @return where it lies: in the room that was lent if it fits there, else in an array of its own
     */
    @Override
    public TlsEncodeResult encodePlaintext(
            long seqNo,
            short contentType,
            ProtocolVersion recordVersion,
            int headerAllocation,
            byte[] plaintext,
            int offset,
            int len)
            throws IOException {
        int ciphertextLength = len + overhead();
        int recordLength = headerAllocation + ciphertextLength;
        byte[] lent = outbound.room.arrayWithRoomFor(recordLength);
        byte[] record = lent == null ? new byte[recordLength] : lent;
        int recordOffset = lent == null ? 0 : outbound.room.position();
        int ciphertextOffset = recordOffset + headerAllocation;

        writeNonce(outbound, seqNo);
        System.arraycopy(
                outbound.nonce,
                JdkAead.NONCE_BYTES - explicitNonceBytes,
                record,
                ciphertextOffset,
                explicitNonceBytes); // RFC 5288 §3: the explicit part may be the sequence number
        short recordType = tls13 ? ContentType.application_data : contentType;
        writeAdditionalData(outbound, seqNo, recordType, recordVersion, tls13 ? ciphertextLength : len);

        outbound.cipher.init(outbound.nonce, JdkAead.TAG_BYTES);
        int sealedOffset = ciphertextOffset + explicitNonceBytes;
        int sealed = tls13
                ? outbound.cipher.sealInner(
                        outbound.additionalData, plaintext, offset, len, (byte) contentType, record, sealedOffset)
                : outbound.cipher.seal(outbound.additionalData, plaintext, offset, len, record, sealedOffset);
        if (explicitNonceBytes + sealed != ciphertextLength) {
            throw new TlsFatalAlert(AlertDescription.internal_error); // the length has been authenticated already
        }
        if (lent != null) {
            outbound.room.advance(recordLength);
        }
        return new TlsEncodeResult(record, recordOffset, recordLength, recordType);
    }

    /**
     * Opens one record.
     *
     * @return where the plaintext lies: application data in the room that was lent, if the record fits there, and all else
     *     in place
     */
    @Override
    public TlsDecodeResult decodeCiphertext(
            long seqNo, short recordType, ProtocolVersion recordVersion, byte[] ciphertext, int offset, int len)
            throws IOException {
        if (getPlaintextDecodeLimit(len) < 0) {
            throw new TlsFatalAlert(AlertDescription.decode_error);
        }
        int sealedOffset = offset + explicitNonceBytes;
        int sealedLength = len - explicitNonceBytes;
        int innerLength = sealedLength - JdkAead.TAG_BYTES;
        if (explicitNonceBytes == 0) {
            writeNonce(inbound, seqNo);
        } else {
            System.arraycopy(inbound.fixedNonce, 0, inbound.nonce, 0, inbound.fixedNonce.length);
            System.arraycopy(ciphertext, offset, inbound.nonce, inbound.fixedNonce.length, explicitNonceBytes);
        }
        writeAdditionalData(inbound, seqNo, recordType, recordVersion, tls13 ? len : innerLength);

        // Only application data is let out of the array that it came in. In TLS 1.2 its type can be seen; in TLS 1.3,
        // where all records say application data, a record of another type is put back below.
        byte[] lent = recordType == ContentType.application_data ? inbound.room.arrayWithRoomFor(innerLength) : null;
        // An array that holds both is one of the JDK's traps, see JdkAeadCipher.seal: then in place as well.
        byte[] output = lent == null ? ciphertext : lent;
        boolean away = output != ciphertext;
        int outputOffset = away ? inbound.room.position() : sealedOffset;

        inbound.cipher.init(inbound.nonce, JdkAead.TAG_BYTES);
        int opened = inbound.cipher.doFinal(
                inbound.additionalData, ciphertext, sealedOffset, sealedLength, output, outputOffset);
        if (opened != innerLength) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        if (!tls13) {
            if (away) {
                inbound.room.advance(innerLength);
            }
            return new TlsDecodeResult(output, outputOffset, innerLength, recordType);
        }
        return innerPlaintext(ciphertext, sealedOffset, output, outputOffset, innerLength);
    }

    /** Finds the type behind the content and its padding (RFC 8446 §5.4). */
    private TlsDecodeResult innerPlaintext(
            byte[] ciphertext, int sealedOffset, byte[] output, int outputOffset, int innerLength) throws IOException {
        int length = innerLength - 1;
        while (length >= 0 && output[outputOffset + length] == 0) {
            length--;
        }
        if (length < 0) {
            throw new TlsFatalAlert(AlertDescription.unexpected_message); // a MUST of RFC 8446 §5.4: nothing but zeros
        }
        short contentType = (short) (output[outputOffset + length] & 0xff);
        if (output == ciphertext) {
            return new TlsDecodeResult(ciphertext, sealedOffset, length, contentType);
        }
        if (contentType == ContentType.application_data) {
            inbound.room.wipe(outputOffset + length, outputOffset + innerLength); // not the reader's
            inbound.room.advance(length);
            return new TlsDecodeResult(output, outputOffset, length, contentType);
        }
        System.arraycopy(output, outputOffset, ciphertext, sealedOffset, length);
        inbound.room.wipe(outputOffset, outputOffset + innerLength);
        return new TlsDecodeResult(ciphertext, sealedOffset, length, contentType);
    }

    /** Key update (RFC 8446 §7.2): the next key of the peer's direction. */
    @Override
    public void rekeyDecoder() throws IOException {
        rekey(inbound, peerIsServer());
    }

    /** Key update (RFC 8446 §7.2): the next key of our direction. */
    @Override
    public void rekeyEncoder() throws IOException {
        rekey(outbound, parameters.isServer());
    }

    @Override
    public boolean usesOpaqueRecordTypeDecode() {
        return tls13;
    }

    @Override
    public boolean usesOpaqueRecordTypeEncode() {
        return tls13;
    }

    private boolean peerIsServer() {
        return !parameters.isServer();
    }

    private void rekey(Half half, boolean serverWrites) throws IOException {
        if (!tls13) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        takeTrafficKey(half, parameters.getSecurityParametersConnection(), serverWrites, half.cipher.keyBytes());
    }

    /** RFC 8446 §7.3. */
    private static void takeTrafficKey(Half half, SecurityParameters security, boolean serverWrites, int keyBytes)
            throws IOException {
        TlsSecret secret = serverWrites ? security.getTrafficSecretServer() : security.getTrafficSecretClient();
        if (secret == null) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        int hash = security.getPRFCryptoHashAlgorithm();
        byte[] key = expand(secret, hash, "key", keyBytes);
        byte[] iv = expand(secret, hash, "iv", JdkAead.NONCE_BYTES);
        try {
            half.takeKey(key, 0, keyBytes, iv, 0);
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(iv, (byte) 0);
        }
    }

    private static byte[] expand(TlsSecret secret, int hash, String label, int length) throws IOException {
        return TlsCryptoUtils.hkdfExpandLabel(secret, hash, label, TlsUtils.EMPTY_BYTES, length)
                .extract();
    }

    /** RFC 5246 §6.3: the key of the client, of the server, the implicit nonce of the client, of the server. */
    private void takeKeyBlock(int keyBytes, int fixed) throws IOException {
        byte[] block = TlsImplUtils.calculateKeyBlock(parameters, 2 * keyBytes + 2 * fixed);
        Half client = parameters.isServer() ? inbound : outbound;
        Half server = parameters.isServer() ? outbound : inbound;
        try {
            client.takeKey(block, 0, keyBytes, block, 2 * keyBytes);
            server.takeKey(block, keyBytes, keyBytes, block, 2 * keyBytes + fixed);
        } finally {
            Arrays.fill(block, (byte) 0);
        }
    }

    /** RFC 8446 §5.3 and RFC 7905 §2: the sequence number exclusive-or the IV; RFC 5288 §3: the one behind the other. */
    private void writeNonce(Half half, long sequenceNumber) {
        byte[] nonce = half.nonce;
        byte[] fixed = half.fixedNonce;
        Arrays.fill(nonce, 0, JdkAead.NONCE_BYTES - SEQUENCE_NUMBER_BYTES, (byte) 0);
        TlsUtils.writeUint64(sequenceNumber, nonce, JdkAead.NONCE_BYTES - SEQUENCE_NUMBER_BYTES);
        for (int i = 0; i < fixed.length; i++) {
            nonce[i] ^= fixed[i]; // a fixed part of 4 bytes meets zeros
        }
    }

    private void writeAdditionalData(
            Half half, long sequenceNumber, short recordType, ProtocolVersion version, int length) throws IOException {
        byte[] data = half.additionalData;
        int header = data.length - ADDITIONAL_DATA_13;
        if (header > 0) {
            TlsUtils.writeUint64(sequenceNumber, data, 0);
        }
        TlsUtils.writeUint8(recordType, data, header);
        TlsUtils.writeVersion(version, data, header + 1);
        TlsUtils.checkUint16(length);
        TlsUtils.writeUint16(length, data, header + 3);
    }
}
