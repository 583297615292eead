package dev.sluice.conformance.oracle;

/** An edit finds nothing to edit: the deviation that it describes is not in the trace, or not any more. */
final class EditException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EditException(String message) {
        super(message);
    }
}
