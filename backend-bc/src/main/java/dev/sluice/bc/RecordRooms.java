package dev.sluice.bc;

/**
 * What one connection lends its record ciphers, for each direction.
 *
 * @param outbound for records on their way to the peer
 * @param inbound for plaintext on its way to the reader
 */
record RecordRooms(RecordRoom outbound, RecordRoom inbound) {
    /** With nothing lent yet. */
    RecordRooms() {
        this(new RecordRoom(), new RecordRoom());
    }
}
