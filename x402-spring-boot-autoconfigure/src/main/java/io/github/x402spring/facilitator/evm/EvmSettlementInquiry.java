package io.github.x402spring.facilitator.evm;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.transport.ConnectionSource;
import io.github.x402spring.transport.Peer;
import io.github.x402spring.transport.PoolState;

/**
 * Reader of the outcome of EIP-3009 payments that another facilitator was to settle, from
 * EVM chains through JSON-RPC and without a key. Thread-safe.
 * <p>
 * A payment counts as settled if the money reached the recipient, whichever service sent
 * the transaction. Services that share a recipient therefore share a ledger.
 *
 * @since 0.1.0
 */
public final class EvmSettlementInquiry implements SettlementInquiry, ConnectionSource, AutoCloseable {

    private final Map<Network, EvmChain> chains = new LinkedHashMap<>();

    private final Map<Network, ChainInquiry> inquiries = new LinkedHashMap<>();

    /**
     * Creates an inquiry. A node that does not reply now must name its chain before it is
     * used.
     * @param networks the networks
     * @param timeout the longest time that a call to a node may take
     * @param observer the observer of every call to a node
     * @throws InvalidX402ConfigurationException if a node serves another chain than it is
     * configured for
     */
    public EvmSettlementInquiry(List<EvmNetworkSettings> networks, Duration timeout, RpcObserver observer) {
        for (EvmNetworkSettings network : networks) {
            RpcService rpc = new RpcService(network, timeout, observer);
            rpc.checkChains();
            EvmChain chain = new EvmChain(rpc, network.maxGas());
            this.chains.put(network.network(), chain);
            this.inquiries.put(network.network(), new ChainInquiry(chain, network));
        }
    }

    @Override
    public Finding inquire(UnknownPayment payment) throws FacilitatorException {
        ChainInquiry inquiry = this.inquiries.get(payment.key().network());
        return (inquiry != null) ? inquiry.inquire(payment) : new Finding.Undecided();
    }

    @Override
    public Confirmation confirm(UnknownPayment payment) throws FacilitatorException {
        ChainInquiry inquiry = this.inquiries.get(payment.key().network());
        return (inquiry != null) ? inquiry.confirm(payment) : Confirmation.UNREADABLE;
    }

    @Override
    public Standing standing(UnknownPayment payment) throws FacilitatorException {
        ChainInquiry inquiry = this.inquiries.get(payment.key().network());
        return (inquiry != null) ? inquiry.standing(payment) : Standing.UNREADABLE;
    }

    @Override
    public Peer peer() {
        return Peer.NODE;
    }

    @Override
    public PoolState connections() {
        return this.chains.values().stream().map(EvmChain::connections).reduce(PoolState.NONE, PoolState::plus);
    }

    @Override
    public void close() {
        this.chains.values().forEach(EvmChain::close);
    }

}
