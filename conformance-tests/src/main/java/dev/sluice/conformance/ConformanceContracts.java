package dev.sluice.conformance;

import dev.sluice.conformance.contracts.ApiStateContract;
import dev.sluice.conformance.contracts.CapabilityContract;
import dev.sluice.conformance.contracts.ClosingContract;
import dev.sluice.conformance.contracts.ConcurrencyContract;
import dev.sluice.conformance.contracts.ContextLifetimeContract;
import dev.sluice.conformance.contracts.HostileInputContract;
import dev.sluice.conformance.contracts.KeysContract;
import dev.sluice.conformance.contracts.ModelContract;
import dev.sluice.conformance.contracts.PolicyContract;
import dev.sluice.conformance.contracts.SecretsContract;
import dev.sluice.conformance.contracts.TransmitContract;
import dev.sluice.conformance.contracts.VerificationContract;

/** All contracts of the suite. */
interface ConformanceContracts
        extends ContextLifetimeContract,
                TransmitContract,
                VerificationContract,
                PolicyContract,
                CapabilityContract,
                ClosingContract,
                SecretsContract,
                KeysContract,
                ConcurrencyContract,
                HostileInputContract,
                ApiStateContract,
                ModelContract {}
