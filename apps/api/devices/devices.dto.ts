import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

const coordinate = /^[\w-]{42,44}$/;

/** RFC 7517. What else browsers export beside the key itself is taken and not kept. */
export class PublicKeyBody {
  @ApiProperty({ enum: ['OKP', 'EC'] })
  @IsIn(['OKP', 'EC'])
  kty!: string;

  @ApiProperty({ enum: ['Ed25519', 'P-256'] })
  @IsIn(['Ed25519', 'P-256'])
  crv!: string;

  @ApiProperty({ description: 'base64url' })
  @Matches(coordinate)
  x!: string;

  @ApiPropertyOptional({ description: 'base64url; P-256 only' })
  @IsOptional()
  @Matches(coordinate)
  y?: string;

  @IsOptional()
  @IsArray()
  key_ops?: unknown;

  @IsOptional()
  @IsBoolean()
  ext?: unknown;

  @IsOptional()
  @IsString()
  @MaxLength(32)
  alg?: unknown;
}

class PushKeys {
  @ApiProperty({ description: 'base64url' })
  @Matches(/^[\w-]{80,100}=*$/)
  p256dh!: string;

  @ApiProperty({ description: 'base64url' })
  @Matches(/^[\w-]{20,32}=*$/)
  auth!: string;
}

/** What `PushSubscription.toJSON()` gives. */
export class PushSubscriptionBody {
  @ApiProperty({ description: 'at a push service of Mozilla, Google, Apple or Microsoft', maxLength: 1024 })
  @IsString()
  @MaxLength(1024)
  endpoint!: string;

  @ApiProperty({ type: PushKeys })
  @IsObject()
  @ValidateNested()
  @Type(() => PushKeys)
  keys!: PushKeys;

  @IsOptional()
  @IsNumber()
  expirationTime?: unknown;
}

export class PairDeviceBody {
  @ApiProperty({ example: 'K7QX-2M9D-4HTB-8WZC', maxLength: 32 })
  @IsString()
  @MinLength(16)
  @MaxLength(32)
  pairingCode!: string;

  @ApiProperty({ type: PublicKeyBody })
  @IsObject()
  @ValidateNested()
  @Type(() => PublicKeyBody)
  publicKey!: PublicKeyBody;

  @ApiProperty({ description: 'what its owner calls it', maxLength: 64 })
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  name!: string;

  @ApiPropertyOptional({ type: PushSubscriptionBody })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PushSubscriptionBody)
  pushSubscription?: PushSubscriptionBody;
}

export class AnswerApprovalBody {
  @ApiProperty({ enum: ['approve', 'deny'] })
  @IsIn(['approve', 'deny'])
  answer!: 'approve' | 'deny';

  @ApiPropertyOptional({ description: 'the number the portal shows; without it nothing is approved', example: '42' })
  @ValidateIf(({ answer, number }: AnswerApprovalBody) => answer === 'approve' || number !== undefined)
  @IsString()
  @MinLength(1)
  @MaxLength(8)
  number?: string;
}
