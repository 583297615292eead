package dev.sluice.conformance.contracts;

import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.ActionChainArbitrary;
import net.jqwik.api.state.Transformer;

/** The socket as a whole, against a model of it. */
public interface ModelContract extends Contract {
    /**
     * Does anything in any order with a client whose server plays along: connects in the clear and encrypted, upgrades,
     * writes, reads, disconnects, aborts, closes, breaks the network. Observes after each step that what the model refuses is refused, that
     * the getters say what the model says, and that the events fit. It proves the absence of no weakness by itself; what it
     * finds is a deviation from the table of states. If it fails, look at the last step of the chain.
     */
    @Proves(
            value = {},
            tries = 64)
    default void theSocketFollowsItsModel(@ForAll("chainsOfSteps") ActionChain<SocketModel> chain) {
        chain.run().close(); // closing compares what the library holds with what it held
    }

    /**
     * Chains of steps that begin with an unconnected socket.
     *
     * @return the arbitrary
     */
    @Provide
    default Arbitrary<ActionChain<SocketModel>> chainsOfSteps() {
        ActionChainArbitrary<SocketModel> chains = ActionChain.startWith(() -> new SocketModel(subject()));
        for (SocketModel.Step step : SocketModel.Step.values()) {
            chains = chains.withAction(Action.just(Transformer.mutate(step.name(), model -> model.take(step))));
        }
        return chains.withMaxTransformations(12);
    }
}
