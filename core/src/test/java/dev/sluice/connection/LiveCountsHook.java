package dev.sluice.connection;

import java.util.List;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;

/** After each try that succeeded everything that it took must have come back; warnings it provokes are not shown. */
final class LiveCountsHook implements AroundTryHook {
    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }

    @Override
    public TryExecutionResult aroundTry(TryLifecycleContext context, TryExecutor executor, List<Object> parameters) {
        LiveCountsCheck before = new LiveCountsCheck();
        TryExecutionResult result = QuietLog.during(() -> executor.execute(parameters));
        if (!result.isSatisfied()) {
            return result;
        }
        try {
            before.assertNothingLeft();
            return result;
        } catch (AssertionError left) {
            return TryExecutionResult.falsified(left);
        }
    }
}
