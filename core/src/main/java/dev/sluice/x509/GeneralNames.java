package dev.sluice.x509;

import java.util.ArrayList;
import java.util.List;

/** Reads names of the type {@code GeneralName} (RFC 5280 §4.2.1.6). */
final class GeneralNames {
    static final int EMAIL = DerReader.contextTag(1);
    static final int DNS = DerReader.contextTag(2);
    /** A CHOICE is tagged explicitly, always: the name stands within. */
    static final int DIRECTORY = DerReader.constructedTag(4);

    static final int URI = DerReader.contextTag(6);
    static final int IP = DerReader.contextTag(7);

    private static final int REGISTERED_ID = DerReader.contextTag(8);
    private static final int OTHER_NAME = 0;
    private static final int X400_ADDRESS = 3;
    private static final int EDI_PARTY_NAME = 5;

    private GeneralNames() {}

    /** Reads the next element as a sequence of names, which may be empty. */
    static List<SubjectAltName> read(DerReader reader, int tag) throws CertificateFormatException {
        DerReader names = reader.enter(tag);
        List<SubjectAltName> result = new ArrayList<>();
        while (names.hasMore()) {
            result.add(readOne(names));
        }
        return List.copyOf(result);
    }

    /** Reads the next element as a name. */
    static SubjectAltName readOne(DerReader names) throws CertificateFormatException {
        int tag = names.peekTag();
        if (tag == EMAIL) {
            return new SubjectAltName.Email(names.readIa5(tag));
        }
        if (tag == DNS) {
            return new SubjectAltName.Dns(names.readIa5(tag));
        }
        if (tag == URI) {
            return new SubjectAltName.Uri(names.readIa5(tag));
        }
        if (tag == DIRECTORY) {
            return new SubjectAltName.Directory(readDirectoryName(names));
        }
        if (tag == IP) {
            byte[] address = names.readBytes(tag);
            return SubjectAltName.Ip.isLength(address.length)
                    ? new SubjectAltName.Ip(address)
                    : SubjectAltName.Other.BAD_IP;
        }
        return readOther(names, tag);
    }

    static DistinguishedName readDirectoryName(DerReader names) throws CertificateFormatException {
        DerReader choice = names.enter(DIRECTORY);
        DistinguishedName name = DistinguishedName.read(choice);
        choice.expectEnd();
        return name;
    }

    private static SubjectAltName readOther(DerReader names, int tag) throws CertificateFormatException {
        for (int choice : new int[] {OTHER_NAME, X400_ADDRESS, EDI_PARTY_NAME}) {
            if (tag == DerReader.constructedTag(choice)) {
                names.skip();
                return new SubjectAltName.Other(choice);
            }
        }
        if (tag == REGISTERED_ID) {
            names.readObjectIdentifier(tag);
            return new SubjectAltName.Other(8);
        }
        throw new CertificateFormatException("name has unknown tag 0x" + Integer.toHexString(tag));
    }
}
