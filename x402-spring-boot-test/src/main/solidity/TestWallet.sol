// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A smart wallet of one owner (ERC-1271). As the delegate of an account (EIP-7702), which has no storage of its own
/// yet, it takes the account itself for the owner.
contract TestWallet {
    address private owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function isValidSignature(bytes32 digest, bytes memory signature) external view returns (bytes4) {
        if (signature.length < 65) {
            return 0xffffffff;
        }
        bytes32 r;
        bytes32 s;
        uint8 v;
        assembly {
            r := mload(add(signature, 32))
            s := mload(add(signature, 64))
            v := byte(0, mload(add(signature, 96)))
        }
        address recovered = ecrecover(digest, v, r, s);
        address expected = owner == address(0) ? address(this) : owner;
        return recovered != address(0) && recovered == expected ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }
}

/// Deploys wallets at addresses that are known before.
contract TestWalletFactory {
    function deploy(address owner) external returns (address) {
        return address(new TestWallet{salt: 0}(owner));
    }

    function addressOf(address owner) external view returns (address) {
        bytes32 code = keccak256(abi.encodePacked(type(TestWallet).creationCode, abi.encode(owner)));
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", address(this), bytes32(0), code)))));
    }
}
