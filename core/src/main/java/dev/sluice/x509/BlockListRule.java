package dev.sluice.x509;

import dev.sluice.SslError.Code;

/** Whether a certificate of the path is one that nobody should trust any more, the trust anchor included. */
final class BlockListRule implements PathRule {
    @Override
    public void check(CandidatePath path) {
        BlockList blockList = path.policy().blockList();
        for (SslCertificate certificate : path.certificates()) {
            path.reportIf(blockList.blocks(certificate), Code.CERTIFICATE_BLACKLISTED, certificate);
        }
    }
}
