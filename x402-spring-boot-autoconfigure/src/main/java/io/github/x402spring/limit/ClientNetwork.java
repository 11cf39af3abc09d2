package io.github.x402spring.limit;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Part of a network that one client has to itself: an IPv4 address, or the first 64 bits
 * of an IPv6 address.
 */
final class ClientNetwork {

    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\\.|$)){4}");

    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    private static final int PREFIX_LENGTH = 8;

    private ClientNetwork() {
    }

    /**
     * Returns the name, or {@code null} if many clients may be behind the address: one of
     * a private network is that of a proxy more likely than that of a stranger.
     */
    static @Nullable String of(@Nullable String address) {
        if (address == null) {
            return null;
        }
        int zone = address.indexOf('%');
        String literal = (zone < 0) ? address : address.substring(0, zone);
        // Anything else would be looked up by name.
        boolean numeric = IPV4.matcher(literal).matches()
                || (literal.indexOf(':') >= 0 && IPV6.matcher(literal).matches());
        if (!numeric) {
            return null;
        }
        try {
            InetAddress client = InetAddress.getByName(literal);
            byte[] bytes = client.getAddress();
            if (shared(client, bytes)) {
                return null;
            }
            int length = (client instanceof Inet4Address) ? bytes.length : PREFIX_LENGTH;
            return HexFormat.of().formatHex(Arrays.copyOf(bytes, length));
        }
        catch (UnknownHostException ex) {
            return null;
        }
    }

    /**
     * Returns an address as a log may show it: in digits, or not at all.
     */
    static String shown(String address) {
        boolean numeric = IPV4.matcher(address).matches() || IPV6.matcher(address).matches();
        return numeric ? "address " + address : "one address";
    }

    private static boolean shared(InetAddress client, byte[] bytes) {
        boolean ipv4 = client instanceof Inet4Address;
        boolean carrier = ipv4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 0x40;
        boolean uniqueLocal = !ipv4 && (bytes[0] & 0xfe) == 0xfc;
        return client.isLoopbackAddress() || client.isAnyLocalAddress() || client.isLinkLocalAddress()
                || client.isSiteLocalAddress() || carrier || uniqueLocal;
    }

}
