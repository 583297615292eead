package dev.sluice.conformance.certificates;

import java.util.Set;

/** The identities that most properties need; made once, shared. Immutable, share freely. */
public final class Identities {
    private static final Identity ROOT =
            IdentityMaker.authority("Conformance Root").selfSigned();
    private static final Identity SERVER =
            IdentityMaker.server("localhost").ip("127.0.0.1").issuedBy(ROOT);
    private static final Identity CLIENT = IdentityMaker.client("client").issuedBy(ROOT);
    private static final Identity SELF_SIGNED =
            IdentityMaker.server("localhost").selfSigned();
    private static final Identity WRONG_HOST =
            IdentityMaker.server("wrong.example").issuedBy(ROOT);
    private static final Identity EXPIRED =
            IdentityMaker.server("localhost").expired().issuedBy(ROOT);
    private static final Identity NOT_YET_VALID =
            IdentityMaker.server("localhost").notYetValid().issuedBy(ROOT);
    private static final Identity CLIENT_AS_SERVER =
            IdentityMaker.client("localhost").dns("localhost").issuedBy(ROOT);

    private static final Set<Identity> SHARED =
            Set.of(SERVER, SELF_SIGNED, WRONG_HOST, EXPIRED, NOT_YET_VALID, CLIENT_AS_SERVER);

    private Identities() {}

    /**
     * Says whether an identity is one of the servers here, which live as long as the process.
     *
     * @param identity any
     * @return false for those that a property has made for itself
     */
    public static boolean isShared(Identity identity) {
        return SHARED.contains(identity);
    }

    /**
     * The authority that the properties trust.
     *
     * @return the root
     */
    public static Identity root() {
        return ROOT;
    }

    /**
     * The server {@code localhost}, also {@code 127.0.0.1}, issued by the root.
     *
     * @return a good server
     */
    public static Identity server() {
        return SERVER;
    }

    /**
     * A client issued by the root.
     *
     * @return a good client
     */
    public static Identity client() {
        return CLIENT;
    }

    /**
     * A server {@code localhost} that nobody vouches for.
     *
     * @return a server not to be trusted
     */
    public static Identity selfSigned() {
        return SELF_SIGNED;
    }

    /**
     * A server of the root with another name.
     *
     * @return a server not to be taken for {@code localhost}
     */
    public static Identity wrongHost() {
        return WRONG_HOST;
    }

    /**
     * A server {@code localhost} of the root whose time is over.
     *
     * @return a server not to be trusted any more
     */
    public static Identity expired() {
        return EXPIRED;
    }

    /**
     * A server {@code localhost} of the root whose time has not begun.
     *
     * @return a server not to be trusted yet
     */
    public static Identity notYetValid() {
        return NOT_YET_VALID;
    }

    /**
     * A certificate of the root with the right name that is good for clients only.
     *
     * @return a server not to be trusted
     */
    public static Identity clientAsServer() {
        return CLIENT_AS_SERVER;
    }
}
